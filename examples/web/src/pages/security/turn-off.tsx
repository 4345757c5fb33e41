import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { FactorMethod } from '../../client.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Section } from '../../components/page.js';
import { PasswordField } from '../../components/password-field.js';
import { SendCode } from '../../components/send-code.js';

interface TurnOffProps {
  readonly methods: readonly FactorMethod[];
  readonly onChange: () => Promise<void>;
}

/** Turns all second factors off: by a code of one of them, or a backup code, and the password. */
export function TurnOff({ methods, onChange }: TurnOffProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const sent = methods.filter((method) => method !== 'totp')[0];
  return (
    <Section title="Turn two-factor off" lead="The password alone protects the account then. All factors and backup codes are removed.">
      <div class="actions"><Button kind="danger" onClick={() => setOpen(true)}>Turn off…</Button></div>
      {isOpen && (
        <Dialog title="Turn two-factor off" onClose={() => setOpen(false)}>
          {sent !== undefined && <SendCode isSent={false} send={() => client.challengeTwoFactor({ method: sent })} />}
          <Form
            action="Turn off"
            kind="danger"
            work={async ({ token = '', password = '' }) => {
              await client.disableTwoFactor({ token, password });
              setOpen(false);
              await onChange();
            }}
          >
            <PasswordField name="password" label="Password" autocomplete="current-password" autofocus />
            <Field name="token" label="Code, or backup code" class="code" autocomplete="one-time-code" required />
          </Form>
        </Dialog>
      )}
    </Section>
  );
}
