import type { JSX } from 'preact';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { useAction } from './use-action.js';

/** A button that loads the next page of a list. */
export function More({ load }: { readonly load: () => Promise<void> }): JSX.Element {
  const { run, isBusy, failure } = useAction(load);
  return (
    <div class="more">
      {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
      <Button onClick={run} isBusy={isBusy}>Show more</Button>
    </div>
  );
}
