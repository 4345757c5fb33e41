import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { User } from '../../client.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';

export function EditProfile({ user }: { readonly user: User }): JSX.Element {
  const [isSaved, setSaved] = useState(false);
  return (
    <Section title="About you">
      {isSaved && <Notice kind="success">Saved.</Notice>}
      <Form
        action="Save"
        work={async ({ name = '', username = '' }) => {
          setSaved(false);
          // A username can be set and changed, but not removed.
          await client.updateMe({ name, ...(username !== '' && { username }) });
          await client.loadSession();
          setSaved(true);
        }}
      >
        <Field name="name" label="Name" autocomplete="name" value={user.name} required maxLength={200} />
        <Field name="username" label="Username" autocomplete="username" value={user.username ?? ''} isVerbatim maxLength={32} required={user.username !== null} hint="You can log in with it in place of your address. 3 to 32 of a–z, 0–9, “.”, “_” and “-”." />
      </Form>
    </Section>
  );
}
