import type { CallOptions, RouteData, RouteInput } from '../api-types.js';
import type { AuthClient } from '../auth-client.js';
import { browser, canOfferPasskeys } from './browser.js';
import type { BrowserCredential } from './browser.js';
import { takeTurn } from './take-turn.js';

type Client = Pick<AuthClient, 'beginPasskeyAuthentication' | 'authenticatePasskey'>;
type Begun = RouteData<'beginPasskeyAuthentication'>;

export interface UsePasskeyInput {
  /** The challenge token of a login that waits for its second factor. */
  readonly challengeToken?: string | undefined;
}

/** An offer is renewed this long before the server's challenge expires. */
const MARGIN_MS = 15_000;

/**
 * Asks for a passkey and logs in with it. With a challenge token it completes that login. If a user is signed in, it makes the
 * session recent and raises it to the full level. Rejects with the browser's `NotAllowedError` if the person cancels.
 */
export async function usePasskey(
  client: Client,
  { challengeToken }: UsePasskeyInput = {},
  { signal }: CallOptions = {},
): Promise<RouteData<'authenticatePasskey'>> {
  const begun = await client.beginPasskeyAuthentication({}, { signal });
  const credential = await ask(begun, { signal: takeTurn(signal) });
  return answer(client, { begun, credential, challengeToken }, { signal });
}

/**
 * Offers passkeys in the page's form (`autocomplete="username webauthn"`) until one is chosen, and logs in with it. Resolves with
 * `null` if the browser does not support it, or if the signal or another passkey request ends it.
 */
export async function offerPasskeys(client: Client, { signal }: CallOptions = {}): Promise<RouteData<'authenticatePasskey'> | null> {
  if (!(await canOfferPasskeys())) return null;
  const turn = takeTurn(signal);
  while (!turn.aborted) {
    const begun = await client.beginPasskeyAuthentication({}, { signal });
    // A page may stay open longer than a challenge is valid.
    const end = AbortSignal.timeout(begun.options.timeout - MARGIN_MS);
    const credential = await ask(begun, { mediation: 'conditional', signal: AbortSignal.any([turn, end]) }).catch((error: unknown) => {
      if (turn.aborted || end.aborted) return undefined;
      throw error;
    });
    if (credential !== undefined) return answer(client, { begun, credential }, { signal });
  }
  return null;
}

interface Request {
  readonly signal: AbortSignal;
  readonly mediation?: 'conditional';
}

async function ask({ options }: Begun, request: Request): Promise<BrowserCredential | null | undefined> {
  const publicKey = browser.PublicKeyCredential?.parseRequestOptionsFromJSON?.(options);
  return browser.navigator?.credentials?.get({ publicKey, ...request });
}

interface Answered extends UsePasskeyInput {
  readonly begun: Begun;
  readonly credential: BrowserCredential | null | undefined;
}

async function answer(client: Client, { begun, credential: chosen, challengeToken }: Answered, options: CallOptions) {
  const { authenticationToken } = begun;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the browser writes what the server reads
  const credential = chosen?.toJSON() as RouteInput<'authenticatePasskey'>['credential'];
  return client.authenticatePasskey({ authenticationToken, credential, challengeToken }, options);
}
