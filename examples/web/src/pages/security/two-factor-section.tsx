import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FactorMethod, TwoFactor, User } from '../../client.js';
import { Badge } from '../../components/badge.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Icon } from '../../components/icon.js';
import type { IconName } from '../../components/icon.js';
import { Section } from '../../components/page.js';
import { METHOD_NAMES } from '../../components/second-factor-form.js';
import { SetUp } from './set-up.js';

interface TwoFactorSectionProps {
  readonly state: TwoFactor;
  readonly user: User;
  readonly onChange: () => Promise<void>;
}

const METHODS: readonly (readonly [FactorMethod, IconName, string])[] = [
  ['totp', 'key', 'A new code every 30 seconds, without a network. The safest of the three.'],
  ['sms', 'phone', 'A code to your phone at each login.'],
  ['email', 'mail', 'A code to your email address at each login.'],
];

/** The active second factors, and a way to add one. */
export function TwoFactorSection({ state, user, onChange }: TwoFactorSectionProps): JSX.Element {
  const [adding, setAdding] = useState<FactorMethod | null>(null);
  const close = (): void => {
    setAdding(null);
    void onChange();
  };
  return (
    <Section
      title="Two-factor authentication"
      lead="A code besides the password, so that a stolen password alone opens nothing."
      aside={<Badge kind={state.enabled ? 'good' : 'poor'}>{state.enabled ? 'On' : 'Off'}</Badge>}
    >
      <ul class="list">
        {METHODS.map(([method, icon, about]) => (
          <li key={method} class="item">
            <Icon name={icon} />
            <div class="item-text">
              <b>{METHOD_NAMES[method]}</b>
              <span class="muted">{about}</span>
            </div>
            {state.methods.includes(method) ? (
              <Badge kind="good">{state.preferred === method ? 'On, asked first' : 'On'}</Badge>
            ) : (
              <Button onClick={() => setAdding(method)} label={`Set up: ${METHOD_NAMES[method]}`}>Set up</Button>
            )}
          </li>
        ))}
      </ul>
      {adding !== null && (
        <Dialog title={METHOD_NAMES[adding]} onClose={close}>
          <SetUp method={adding} email={user.email} onDone={close} />
        </Dialog>
      )}
    </Section>
  );
}
