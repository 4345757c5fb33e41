import type { Context } from '../../context.js';
import { passkeysOf } from './passkeys-of.js';
import { toPasskey, type PasskeysData } from './schema.js';

/** The user's passkeys, newest first, with the list that tells a browser which of its passkeys still work. */
export async function listPasskeys(context: Context, userId: string): Promise<PasskeysData> {
  const { rpId } = passkeysOf(context);
  const records = await context.store.passkeys.list(userId);
  const handles = [...new Set(records.map(({ userHandle }) => userHandle))];
  return {
    passkeys: records.map(toPasskey),
    accepted: handles.map((handle) => ({
      rpId,
      userId: handle,
      allAcceptedCredentialIds: records.filter(({ userHandle }) => userHandle === handle).map(({ credentialId }) => credentialId),
    })),
  };
}
