import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { User } from '../../client.js';
import { Field, Select } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { withStepUp } from '../../components/step-up.js';
import { ROLES } from './invite.js';

interface EditPersonProps {
  readonly user: User;
  readonly onChange: () => Promise<void>;
}

/** Sends only changed fields: role and address require step-up, a name does not. */
export function EditPerson({ user, onChange }: EditPersonProps): JSX.Element {
  const [isSaved, setSaved] = useState(false);
  return (
    <Section title="Account">
      {isSaved && <Notice kind="success">Saved.</Notice>}
      <Form
        action="Save"
        work={async ({ name = '', email = '', role = '' }) => {
          setSaved(false);
          const changed = { ...(name !== user.name && { name }), ...(email !== user.email && { email }), ...(role !== user.role && { role }) };
          await withStepUp(() => client.updateUser({ id: user.id, ...changed }));
          await onChange();
          setSaved(true);
        }}
      >
        <Field name="name" label="Name" autocomplete="off" value={user.name} required maxLength={200} />
        <Field name="email" label="Email address" type="email" autocomplete="off" value={user.email} isVerbatim required hint="A new address must be confirmed by a link." />
        <Select name="role" label="Role" options={ROLES} value={user.role} />
      </Form>
    </Section>
  );
}
