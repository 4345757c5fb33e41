import type { JSX } from 'preact';
import type { SignedIn } from '../../client.js';
import { ConfirmAddress } from '../../components/confirm-address.js';
import { Page } from '../../components/page.js';
import { ChangeAddress } from './change-address.js';
import { DeleteAccount } from './delete-account.js';
import { ExportData } from './export-data.js';
import { EditProfile } from './edit-profile.js';

/** The account's data, its export and its removal. */
export function Account({ session: { user } }: { readonly session: SignedIn }): JSX.Element {
  return (
    <Page title="Profile">
      {!user.emailVerified && <ConfirmAddress email={user.email} />}
      <EditProfile user={user} />
      <ChangeAddress user={user} />
      <ExportData />
      <DeleteAccount username={user.email} />
    </Page>
  );
}
