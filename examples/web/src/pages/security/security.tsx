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
import { TurnOff } from './turn-off.js';
import { TwoFactorSection } from './two-factor-section.js';

/** How the owner proves who they are: each means is a section of its own in this folder. */
export function Security({ session: { user } }: { readonly session: SignedIn }): JSX.Element {
  const twoFactor = useLoaded(() => client.twoFactor());
  const reload = async (): Promise<void> => {
    await Promise.all([twoFactor.reload(), client.loadSession()]);
  };
  return (
    <Page title="Security">
      <Loading of={twoFactor}>
        {(state) => (
          <>
            {isPasskeyHost && <PasskeysSection />}
            <TwoFactorSection state={state} user={user} onChange={reload} />
            {state.enabled && <BackupCodesSection left={state.backupCodesRemaining} onChange={reload} />}
            <ChangePassword username={user.email} />
            <IdentitiesSection />
            {state.enabled && <TurnOff methods={state.methods} onChange={reload} />}
          </>
        )}
      </Loading>
    </Page>
  );
}
