import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { FactorMethod } from '../../client.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Section } from '../../components/page.js';
import { OwnPassword } from '../../components/own-password.js';
import { SendCode } from '../../components/send-code.js';
import { withStepUp } from '../../components/step-up.js';

interface TurnOffProps {
  readonly methods: readonly FactorMethod[];
  readonly onChange: () => Promise<void>;
}

/** Turns all second factors off, with a code of one of them or a backup code, and the password. */
export function TurnOff({ methods, onChange }: TurnOffProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const sent = methods.filter((method) => method !== 'totp')[0];
  return (
    <Section title="Turn two-factor off" lead="Your password, or another single way to log in, protects the account then. All factors and backup codes are removed.">
      <div class="actions"><Button kind="danger" onClick={() => setOpen(true)}>Turn off…</Button></div>
      {isOpen && (
        <Dialog title="Turn two-factor off" onClose={() => setOpen(false)}>
          {sent !== undefined && <SendCode isSent={false} send={() => client.challengeTwoFactor({ method: sent })} />}
          <Form
            action="Turn off"
            kind="danger"
            work={async ({ token = '', password }) => {
              await withStepUp(() => client.disableTwoFactor({ token, password }));
              setOpen(false);
              await onChange();
            }}
          >
            <OwnPassword label="Password" autofocus />
            <Field name="token" label="Code, or backup code" class="code" autocomplete="one-time-code" required />
          </Form>
        </Dialog>
      )}
    </Section>
  );
}
