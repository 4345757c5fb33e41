import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../client.js';
import { Field } from '../components/field.js';
import { Form } from '../components/form.js';
import { MailSent } from '../components/mail-sent.js';
import { Page } from '../components/page.js';
import { Link } from '../router.js';

export function ForgotPassword(): JSX.Element {
  const [email, setEmail] = useState<string | null>(null);
  const request = async (address: string): Promise<void> => {
    await client.requestPasswordReset({ email: address });
    setEmail(address);
  };
  if (email !== null) {
    return (
      <MailSent title="Look into your mailbox" again={() => request(email)}>
        If <b>{email}</b> has an account, a link is on its way. It works once, for an hour.
      </MailSent>
    );
  }
  return (
    <Page title="Forgot your password?" lead="Tell us your email address. We send you a link by which you choose a new password.">
      <Form action="Send the link" isWide work={({ email: address = '' }) => request(address)}>
        <Field name="email" label="Email address" type="email" autocomplete="username" required autofocus />
      </Form>
      <p class="beneath"><Link href="/login">Back to the login</Link></p>
    </Page>
  );
}
