import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { User } from '../../client.js';
import { ConfirmButton } from '../../components/confirm-button.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { navigate } from '../../router.js';
import { plural } from '../../text/format.js';

interface HelpPersonProps {
  readonly user: User;
  readonly onChange: () => Promise<void>;
}

/** Actions that help a user to log in again, or lock a user out. */
export function HelpPerson({ user, onChange }: HelpPersonProps): JSX.Element {
  const [done, setDone] = useState<string | null>(null);
  const { id, name, disabled, twoFactorEnabled } = user;
  const doing = (work: () => Promise<string>) => async (): Promise<void> => {
    setDone(await work());
    await onChange();
  };
  return (
    <Section title="Help">
      {done !== null && <Notice kind="success">{done}</Notice>}
      <ul class="list">
        <Help title="New password" about="Mails a link by which they choose one; to whoever was invited, the invitation again.">
          <ConfirmButton
            action="Send a link"
            kind="plain"
            question={`${name} is mailed a link to choose a password.`}
            work={doing(async () => {
              await client.startPasswordReset({ id });
              return `A link is on its way to ${user.email}.`;
            })}
          />
        </Help>
        <Help title="Sessions" about="Ends all of them, everywhere and at once.">
          <ConfirmButton
            action="Log out"
            kind="plain"
            question={`${name} has to log in again everywhere.`}
            work={doing(async () => `${plural((await client.logOutUser({ id })).revoked, 'session')} ended.`)}
          />
        </Help>
        {twoFactorEnabled && (
          <Help title="Lost second factor" about="Turns two-factor off. Be sure that it is they who ask: the password alone is enough then.">
            <ConfirmButton
              action="Turn two-factor off"
              question={`${name} can log in with the password alone, and is told so by mail.`}
              work={doing(async () => {
                await client.resetTwoFactor({ id });
                return 'Two-factor is off.';
              })}
            />
          </Help>
        )}
        <Help title={disabled ? 'Disabled' : 'Disable'} about={disabled ? 'They cannot log in.' : 'They can no longer log in, and are logged out at once. Nothing is deleted.'}>
          <ConfirmButton
            action={disabled ? 'Enable' : 'Disable'}
            kind={disabled ? 'plain' : 'danger'}
            question={disabled ? `${name} can log in again.` : `${name} is logged out and cannot log in.`}
            work={doing(async () => {
              await client.updateUser({ id, disabled: !disabled });
              return disabled ? `${name} is enabled again.` : `${name} is disabled.`;
            })}
          />
        </Help>
        <Help title="Delete" about="Removes the account and everything that is stored about it. Nobody can bring it back.">
          <ConfirmButton
            action="Delete"
            question={`The account ${user.email} is removed for good. They are told by mail.`}
            work={async () => {
              await client.removeUser({ id });
              navigate('/people');
            }}
          />
        </Help>
      </ul>
    </Section>
  );
}

function Help({ title, about, children }: { readonly title: string; readonly about: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <li class="item">
      <div class="item-text"><b>{title}</b><span class="muted">{about}</span></div>
      {children}
    </li>
  );
}
