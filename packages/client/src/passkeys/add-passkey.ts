import type { CallOptions, RouteData, RouteInput } from '../api-types.js';
import type { AuthClient } from '../auth-client.js';
import { AuthClientError } from '../errors.js';
import { browser, signalUnknown } from './browser.js';
import { takeTurn } from './take-turn.js';

export interface AddPasskeyInput {
  /** Default: the name from the authenticator or the browser. */
  readonly name?: string | undefined;
}

/**
 * Creates a passkey in the browser and registers it for the signed-in user. The session must be recent (`STEP_UP_REQUIRED`).
 * Rejects with the browser's `NotAllowedError` if the person cancels, and `InvalidStateError` if the authenticator already has
 * one. If the server refuses the new passkey, a browser that supports it hides it again.
 */
export async function addPasskey(
  client: Pick<AuthClient, 'beginPasskeyRegistration' | 'registerPasskey'>,
  { name }: AddPasskeyInput = {},
  { signal }: CallOptions = {},
): Promise<RouteData<'registerPasskey'>['passkey']> {
  const { registrationToken, options } = await client.beginPasskeyRegistration({}, { signal });
  const publicKey = browser.PublicKeyCredential?.parseCreationOptionsFromJSON?.(options);
  const made = await browser.navigator?.credentials?.create({ publicKey, signal: takeTurn(signal) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the browser writes what the server reads
  const credential = made?.toJSON() as RouteInput<'registerPasskey'>['credential'];
  const registered = client.registerPasskey({ registrationToken, credential, name }, { signal });
  const { passkey } = await registered.catch(async (error: unknown) => {
    // Only after a definite refusal: if the response was lost, the passkey may be registered.
    const isRefused = error instanceof AuthClientError && error.status < 500;
    if (isRefused && made) await signalUnknown({ rpId: options.rp.id, credentialId: made.id });
    throw error;
  });
  return passkey;
}
