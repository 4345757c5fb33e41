import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Form } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { PasswordField } from '../../components/password-field.js';

/** A hidden field contains the username, so that password managers save the new password for the right account. */
export function ChangePassword({ username }: { readonly username: string }): JSX.Element {
  const [isDone, setDone] = useState(false);
  return (
    <Section title="Password" lead="A new password ends your other sessions.">
      {isDone && <Notice kind="success">Your password was changed. Your other sessions have ended.</Notice>}
      <Form
        action="Change password"
        resets
        work={async ({ currentPassword = '', newPassword = '' }) => {
          setDone(false);
          await client.changePassword({ currentPassword, newPassword });
          setDone(true);
        }}
      >
        <input type="text" name="username" autocomplete="username" value={username} readOnly hidden />
        <PasswordField name="currentPassword" label="Current password" autocomplete="current-password" />
        <PasswordField name="newPassword" label="New password" autocomplete="new-password" />
      </Form>
    </Section>
  );
}
