import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Context } from '../../context.js';
import { keyedHash, matchesKeyedHash } from '../../crypto/keyed-hash.js';
import { open, seal } from '../../crypto/sealed.js';
import { makeSecret } from '../../crypto/secret-token.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { findToken } from '../tokens/find-token.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';

/** Time for a password, a second factor and a consent page at the provider. */
export const ATTEMPT_TTL_MS: number = 10 * 60_000;

/** The label for keyed hashes of the token that a browser holds during a login with a provider. */
export const BROWSER = 'provider-browser';

/** A login or link that was begun with a provider. */
export interface Attempt {
  readonly provider: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectTo: string | null;
  /** The session that asked for the link; `null` for a login. */
  readonly link: { readonly userId: string; readonly sessionId: string } | null;
}

const sealedAttempt: v.GenericSchema<unknown, Omit<Attempt, 'link'>> = v.strictObject({
  provider: v.string(),
  redirectUri: v.string(),
  nonce: v.string(),
  codeVerifier: v.string(),
  redirectTo: v.nullable(v.string()),
});

export interface NewAttempt extends Pick<Attempt, 'provider' | 'redirectUri' | 'redirectTo' | 'link'> {
  readonly browserToken: string;
}

export interface MadeAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeChallenge: string;
  readonly record: OneTimeTokenRecord;
}

/** X1: state, nonce and PKCE verifier are fresh for each attempt. Not stored yet. */
export function makeAttempt(context: Context, { link, browserToken, ...about }: NewAttempt): MadeAttempt {
  const { random, keyring } = context;
  const [state, nonce, codeVerifier] = [makeSecret(random), makeSecret(random), makeSecret(random)];
  const id = context.makeId();
  const record = newOneTimeToken(context, {
    id,
    userId: link?.userId ?? null,
    purpose: 'provider-attempt',
    secretHash: hashLinkToken(state),
    subjectId: link?.sessionId ?? null,
    payload: {
      browser: keyedHash(keyring, { label: BROWSER, value: browserToken }),
      sealed: seal(context, { plain: JSON.stringify({ ...about, nonce, codeVerifier }), context: `provider-attempt:${id}` }),
    },
    ttlMs: ATTEMPT_TTL_MS,
  });
  return { state, nonce, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'), record };
}

export interface FindAttemptInput {
  readonly provider: string;
  readonly state: string | undefined;
  readonly browserToken: string | undefined;
}

export interface FoundAttempt {
  /** Of the one-time token, which its caller consumes. */
  readonly tokenId: string;
  readonly attempt: Attempt;
}

/** The live attempt with this state, provider and browser (X1); `null` if there is none. It is not used up yet. */
export async function findAttempt(
  context: Context,
  { provider, state, browserToken }: FindAttemptInput,
): Promise<FoundAttempt | null> {
  const { keyring } = context;
  const found = state === undefined ? null : await findToken(context, { secret: state, purposes: ['provider-attempt'] });
  if (!found?.isLive || !isOfBrowser(keyring, found.token, browserToken)) return null;
  const { token } = found;
  const { sealed } = token.payload;
  const plain = typeof sealed === 'string' ? open(keyring, { sealed, context: `provider-attempt:${token.id}` }) : null;
  if (plain === null) return null;
  const about = v.parse(sealedAttempt, JSON.parse(plain));
  // One provider's answer must not be accepted as another's (RFC 9700 4.4, mix-up).
  if (about.provider !== provider) return null;
  const { userId, subjectId } = token;
  const link = userId === null || subjectId === null ? null : { userId, sessionId: subjectId };
  return { tokenId: token.id, attempt: { ...about, link } };
}

/**
 * True if this browser began the attempt of the token: with the answer to another browser's attempt, a victim would be
 * logged in as the attacker.
 */
export function isOfBrowser(keyring: Context['keyring'], { payload }: OneTimeTokenRecord, browserToken: string | undefined): boolean {
  const { browser: hash } = payload;
  return browserToken !== undefined && typeof hash === 'string' && matchesKeyedHash(keyring, { label: BROWSER, value: browserToken, hash });
}
