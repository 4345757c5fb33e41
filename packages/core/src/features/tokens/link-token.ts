import type { TransactionContext } from '../../unit-of-work.js';
import { createHash } from 'node:crypto';
import { newOneTimeToken } from './new-one-time-token.js';
import type { TokenPurpose } from '../../ports/store/one-time-tokens.js';
import type { Random } from '../../ports/random.js';

const SECRET_BYTES = 32;

/** The token in the link of a mail. */
export type LinkPurpose = Extract<TokenPurpose, 'password-reset' | 'email-verification' | 'email-change' | 'invitation' | 'email-login'>;

export interface LinkTokenInput {
  /** `null`: it belongs to no user. */
  readonly userId: string | null;
  readonly purpose: LinkPurpose;
  /** The address that it is mailed to. Returning the token proves that address. */
  readonly email: string;
  /** The session that asked for it, if that matters. */
  readonly sessionId?: string;
  /** A sealed `PendingRegistration`. */
  readonly registration?: string | undefined;
  /** The user whose trail and export contain the message. Default: the user of the token; `null`: none. */
  readonly messageUserId?: string | null;
  readonly ttlMs: number;
}

interface IssuedLinkToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Creates a token and mails its link: 32 random bytes in hex; the store gets only the hash (security.md R1). */
export async function mailLinkToken(context: TransactionContext, input: LinkTokenInput): Promise<void> {
  const { userId, purpose, email, messageUserId = userId } = input;
  const { token, expiresAt } = await insertLinkToken(context, input);
  await context.unit.send({ userId: messageUserId, channel: 'email', to: email, content: { kind: purpose, token, expiresAt } });
}

/** Stores a token that is not mailed. */
export async function insertLinkToken(
  context: TransactionContext,
  { userId, purpose, email, sessionId, registration, ttlMs }: LinkTokenInput,
): Promise<IssuedLinkToken> {
  const { clock, random, unit } = context;
  const made = makeLinkToken({ random, now: clock.now(), ttlMs });
  const payload = { email, ...(registration === undefined ? {} : { registration }) };
  const secretHash = hashLinkToken(made.token);
  await unit.oneTimeTokens.insert(newOneTimeToken(context, { userId, purpose, secretHash, subjectId: sessionId ?? null, payload, ttlMs }));
  return made;
}

/** A token that is neither stored nor mailed yet. */
export function makeLinkToken({
  random,
  now,
  ttlMs,
}: {
  readonly random: Random;
  readonly now: number;
  readonly ttlMs: number;
}): IssuedLinkToken {
  return { token: Buffer.from(random.bytes(SECRET_BYTES)).toString('hex'), expiresAt: now + ttlMs };
}

/** SHA-256, base64url. Unkeyed: 256 random bits cannot be guessed, and links outlive a rotation of the secret. */
export function hashLinkToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
