import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../client.js';
import { Field } from '../components/field.js';
import { Form } from '../components/form.js';
import { MailSent } from '../components/mail-sent.js';
import { Page } from '../components/page.js';
import { PasswordField } from '../components/password-field.js';
import { Link } from '../router.js';

export function Register(): JSX.Element {
  const [email, setEmail] = useState<string | null>(null);
  if (email !== null) {
    return (
      <MailSent title="Confirm your address" again={() => client.requestVerification({ email })}>
        Your account is there. We sent a link to <b>{email}</b>; open it to confirm that this address is yours. You can log in already.
      </MailSent>
    );
  }
  return (
    <Page title="Create an account">
      <Form
        action="Create account"
        isWide
        work={async ({ name = '', email: address = '', password = '' }) => {
          await client.register({ name, email: address, password });
          setEmail(address);
        }}
      >
        <Field name="name" label="Name" autocomplete="name" required maxLength={200} autofocus />
        <Field name="email" label="Email address" type="email" autocomplete="username" isVerbatim required />
        <PasswordField name="password" label="Password" autocomplete="new-password" />
      </Form>
      <p class="beneath">You have an account? <Link href="/login">Log in</Link></p>
    </Page>
  );
}
