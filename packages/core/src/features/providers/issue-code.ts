import { keyedHash } from '../../crypto/keyed-hash.js';
import { makeSecret } from '../../crypto/secret-token.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import { BROWSER, type Attempt } from './attempt.js';

/** Short, since the application's page exchanges it as soon as it is loaded. */
const CODE_TTL_MS = 60_000;

export interface IssueCodeInput {
  readonly userId: string;
  readonly isNewUser: boolean;
  readonly attempt: Attempt;
  readonly browserToken: string;
}

/**
 * Creates the code that the browser exchanges for tokens: once, within a minute, and in the browser that began the
 * login (X3).
 */
export async function issueCode(
  tx: TransactionContext,
  { userId, isNewUser, attempt: { provider, redirectTo }, browserToken }: IssueCodeInput,
): Promise<string> {
  const code = makeSecret(tx.random);
  const payload = { browser: keyedHash(tx.keyring, { label: BROWSER, value: browserToken }), provider, isNewUser, redirectTo };
  await tx.unit.oneTimeTokens.insert(
    newOneTimeToken(tx, { userId, purpose: 'provider-code', secretHash: hashLinkToken(code), payload, ttlMs: CODE_TTL_MS }),
  );
  return code;
}
