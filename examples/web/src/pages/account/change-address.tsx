import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { User } from '../../client.js';
import { Badge } from '../../components/badge.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { OwnPassword } from '../../components/own-password.js';
import { withStepUp } from '../../components/step-up.js';

/** The change takes effect when the link in the mail to the new address is opened. */
export function ChangeAddress({ user }: { readonly user: User }): JSX.Element {
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <Section
      title="Email address"
      lead={<b>{user.email}</b>}
      aside={<Badge kind={user.emailVerified ? 'good' : 'poor'}>{user.emailVerified ? 'Confirmed' : 'Not confirmed'}</Badge>}
    >
      {sentTo !== null && <Notice kind="success">We sent a link to {sentTo}. The address changes when you open it.</Notice>}
      <Form
        action="Change address"
        resets
        work={async ({ newEmail = '', password }) => {
          await withStepUp(() => client.changeEmail({ newEmail, password }));
          setSentTo(newEmail);
        }}
      >
        <Field name="newEmail" label="New email address" type="email" autocomplete="email" isVerbatim required />
        <OwnPassword label="Your password" />
      </Form>
    </Section>
  );
}
