import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Form } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';

/** For an account without a password. The first one is set like a forgotten one: with a link mailed to the account's address. */
export function SetPassword({ email }: { readonly email: string }): JSX.Element {
  const [isSent, setSent] = useState(false);
  return (
    <Section title="Password" lead="You log in without a password. If you want one as well, we send you a link by which you choose it.">
      {isSent && <Notice kind="success">We sent a link to {email}. It works once, for an hour, and ends your sessions.</Notice>}
      <Form
        action="Set a password"
        work={async () => {
          await client.requestPasswordReset({ email });
          setSent(true);
        }}
      />
    </Section>
  );
}
