import type { Passkey } from '../features/passkeys/schema.js';
import type { LoggedIn } from '../testing/login-as.js';
import { softAuthenticator } from '../testing/soft-authenticator.js';
import type { Lies, SoftAuthenticator } from '../testing/soft-authenticator.js';
import type { Reply, TestApp } from './test-app.js';

type App = Pick<TestApp, 'post'>;

/** Registers a passkey of the authenticator in the session; the reply may be a refusal. */
export async function tryToRegister(
  { post }: App,
  { token, authenticator, lies, name }: { readonly token: string; readonly authenticator: SoftAuthenticator; readonly lies?: Lies; readonly name?: string },
): Promise<Reply> {
  const begun = await post('/passkeys/registration/options', {}, token);
  const { registrationToken, options } = begun.body.data;
  const credential = authenticator.create(options, lies);
  return post('/passkeys/registration', { registrationToken, credential, ...(name !== undefined && { name }) }, token);
}

export interface RegisteredPasskey {
  readonly authenticator: SoftAuthenticator;
  readonly passkey: Passkey;
}

/** A passkey of the account, on a new authenticator unless one is given. */
export async function registerPasskeyOf(
  app: App,
  { accessToken }: Pick<LoggedIn, 'accessToken'>,
  authenticator: SoftAuthenticator = softAuthenticator(),
): Promise<RegisteredPasskey> {
  const { body } = await tryToRegister(app, { token: accessToken, authenticator });
  return { authenticator, passkey: body.data.passkey };
}

export interface UseOptions {
  readonly lies?: Lies;
  /** An access token or a challenge token. */
  readonly token?: string;
  readonly deviceToken?: string;
}

/** Uses the authenticator's passkey: to log in, or with a token for that token's purpose. */
export async function usePasskeyOf({ post }: App, authenticator: SoftAuthenticator, { lies, token, deviceToken }: UseOptions = {}): Promise<Reply> {
  const { authenticationToken, options } = (await post('/passkeys/authentication/options', {})).body.data;
  const credential = authenticator.get(options, lies);
  return post('/passkeys/authentication', { authenticationToken, credential, ...(deviceToken !== undefined && { deviceToken }) }, token);
}

/** An origin that must not appear in a log or an answer. */
export const CANARY_ORIGIN = 'https://canary.evil.example';
