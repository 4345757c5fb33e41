import type { JSX } from 'preact';
import { client } from '../../client.js';
import type { SignedIn } from '../../client.js';
import { Loading, useLoaded } from '../../components/loading.js';
import { Page } from '../../components/page.js';
import { isPasskeyHost } from '../../passkeys.js';
import { BackupCodesSection } from './backup-codes-section.js';
import { ChangePassword } from './change-password.js';
import { IdentitiesSection } from './identities-section.js';
import { PasskeysSection } from './passkeys-section.js';
import { SetPassword } from './set-password.js';
import { TurnOff } from './turn-off.js';
import { TwoFactorSection } from './two-factor-section.js';

/** The account's credentials. Each kind is a section in this folder. */
export function Security({ session: { user } }: { readonly session: SignedIn }): JSX.Element {
  const loaded = useLoaded(async () => {
    const [state, { hasPassword }] = await Promise.all([client.twoFactor(), client.me()]);
    return { state, hasPassword };
  });
  const reload = async (): Promise<void> => {
    await Promise.all([loaded.reload(), client.loadSession()]);
  };
  return (
    <Page title="Security">
      <Loading of={loaded}>
        {({ state, hasPassword }) => (
          <>
            {isPasskeyHost && <PasskeysSection />}
            <TwoFactorSection state={state} user={user} onChange={reload} />
            {state.enabled && <BackupCodesSection left={state.backupCodesRemaining} onChange={reload} />}
            {hasPassword ? <ChangePassword username={user.email} /> : <SetPassword email={user.email} />}
            <IdentitiesSection />
            {state.enabled && <TurnOff methods={state.methods} onChange={reload} />}
          </>
        )}
      </Loading>
    </Page>
  );
}
