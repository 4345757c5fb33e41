import type { TransactionContext } from '../../unit-of-work.js';
import { createHash } from 'node:crypto';
import type { TokenPurpose } from '../../ports/store/one-time-tokens.js';
import type { Random } from '../../ports/random.js';

const SECRET_BYTES = 32;

/** What travels in the links of mails. */
export type LinkPurpose = Extract<TokenPurpose, 'password-reset' | 'email-verification' | 'email-change' | 'invitation'>;

export interface LinkTokenInput {
  readonly userId: string;
  readonly purpose: LinkPurpose;
  /** The address that it is mailed to, and that whoever brings it back has proven to be theirs. */
  readonly email: string;
  /** The session that asked for it, where that matters. */
  readonly sessionId?: string;
  readonly ttlMs: number;
}

export interface IssuedLinkToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Makes a token and mails its link: 32 random bytes in hex, of which the store has only the hash (security.md R1). */
export async function mailLinkToken(
  { clock, random, makeId, unit }: TransactionContext,
  { userId, purpose, email, sessionId, ttlMs }: LinkTokenInput,
): Promise<void> {
  const now = clock.now();
  const { token, expiresAt } = makeLinkToken({ random, now, ttlMs });
  await unit.oneTimeTokens.insert({
    id: makeId(),
    userId,
    purpose,
    secretHash: hashLinkToken(token),
    subjectId: sessionId ?? null,
    code: null,
    payload: { email },
    attempts: 0,
    createdAt: now,
    expiresAt,
    consumedAt: null,
  });
  await unit.send({ userId, channel: 'email', to: email, content: { kind: purpose, token, expiresAt } });
}

/** A token that nobody has stored or mailed yet. */
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

/** SHA-256, base64url. A plain hash does: 256 random bits can't be guessed at, and links outlive a rotation of the secret. */
export function hashLinkToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
