import type { JSX } from 'preact';
import { client } from '../../client.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Field, Select } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { withStepUp } from '../../components/step-up.js';

/** The roles of the server. */
export const ROLES = [['user', 'Member'], ['admin', 'Administrator']] as const;

interface InviteProps {
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

/** Administrators do not choose passwords: the invited user gets a link by mail. */
export function Invite({ onClose, onDone }: InviteProps): JSX.Element {
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <p class="muted">They are mailed a link, by which they choose a password. It works for seven days.</p>
      <Form
        action="Send the invitation"
        aside={<Button kind="quiet" onClick={onClose}>Cancel</Button>}
        work={async ({ name = '', email = '', role = 'user' }) => {
          await withStepUp(() => client.inviteUser({ name, email, role }));
          onClose();
          await onDone();
        }}
      >
        <Field name="name" label="Name" autocomplete="off" required maxLength={200} autofocus />
        <Field name="email" label="Email address" type="email" autocomplete="off" isVerbatim required />
        <Select name="role" label="Role" options={ROLES} />
      </Form>
    </Dialog>
  );
}
