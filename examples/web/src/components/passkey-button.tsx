import type { ComponentChildren, JSX } from 'preact';
import { Button } from './button.js';
import { Notice } from './notice.js';
import type { Action } from './use-action.js';

interface PasskeyButtonProps {
  readonly children: ComponentChildren;
  /** Requests the passkey. */
  readonly action: Action<[]>;
}

/** A button for a passkey, next to a form that asks for another proof. */
export function PasskeyButton({ children, action: { isBusy, failure, run } }: PasskeyButtonProps): JSX.Element {
  return (
    <div class="form beside">
      {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
      <Button isWide isBusy={isBusy} onClick={run}>{children}</Button>
    </div>
  );
}
