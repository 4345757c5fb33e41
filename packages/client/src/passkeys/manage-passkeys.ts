import type { CallOptions, RouteData } from '../api-types.js';
import type { AuthClient } from '../auth-client.js';
import { browser, tell, signalUnknown } from './browser.js';

type Passkeys = RouteData<'passkeys'>['passkeys'];

/** The account's passkeys, newest first. Browsers that support it then hide passkeys of the account that no longer work. */
export async function listPasskeys(client: Pick<AuthClient, 'passkeys'>, { signal }: CallOptions = {}): Promise<Passkeys> {
  const { passkeys, accepted } = await client.passkeys({}, { signal });
  for (const credentials of accepted) await tell(browser.PublicKeyCredential?.signalAllAcceptedCredentials?.(credentials));
  return passkeys;
}

/** Removes a passkey and tells the browser, which hides it. Fails with `LAST_CREDENTIAL` if it is the only way to log in. */
export async function removePasskey(
  client: Pick<AuthClient, 'passkeys' | 'removePasskey'>,
  { id }: { readonly id: string },
  { signal }: CallOptions = {},
): Promise<void> {
  const { passkeys, accepted } = await client.passkeys({}, { signal });
  await client.removePasskey({ id }, { signal });
  const [rpId] = accepted.map((credentials) => credentials.rpId);
  const gone = passkeys.find((passkey) => passkey.id === id);
  if (rpId === undefined || gone === undefined) return;
  await signalUnknown({ rpId, credentialId: gone.credentialId });
}
