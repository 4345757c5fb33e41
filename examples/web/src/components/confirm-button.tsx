import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { Form } from './form.js';
import { withStepUp } from './step-up.js';

interface ConfirmButtonProps {
  /** The text of both buttons. */
  readonly action: string;
  /** Describes the consequence. */
  readonly question: ComponentChildren;
  readonly work: () => Promise<unknown>;
  readonly kind?: 'plain' | 'danger';
  /** The accessible name, if the action alone is ambiguous. */
  readonly label?: string | undefined;
}

/** Asks for confirmation before an action that cannot be undone. */
export function ConfirmButton({ action, question, work, kind = 'danger', label }: ConfirmButtonProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button kind={kind} onClick={() => setOpen(true)} label={label}>{action}</Button>
      {isOpen && (
        <Dialog title={label ?? action} onClose={close}>
          <p>{question}</p>
          <Form
            action={action}
            kind={kind === 'danger' ? 'danger' : 'primary'}
            aside={<Button kind="quiet" onClick={close}>Cancel</Button>}
            work={async () => {
              await withStepUp(work);
              close();
            }}
          />
        </Dialog>
      )}
    </>
  );
}
