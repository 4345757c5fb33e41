import type { Settings } from '../config.js';
import type { StoreMethods } from '../ports/store/store.js';

interface PasskeyLookUp {
  readonly settings: Pick<Settings, 'passkeys'>;
  readonly store: Pick<StoreMethods, 'passkeys'>;
}

/** Whether the user can answer with a passkey: passkeys are on, and the account has one. */
export async function hasPasskey({ settings, store }: PasskeyLookUp, userId: string): Promise<boolean> {
  return settings.passkeys !== undefined && (await store.passkeys.list(userId)).length > 0;
}
