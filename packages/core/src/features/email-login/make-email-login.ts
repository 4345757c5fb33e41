import { makeSecret } from '../../crypto/secret-token.js';
import type { OutgoingMessage } from '../../model/outgoing-message.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { hashLinkToken, makeLinkToken } from '../tokens/link-token.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import { makeSentCode } from '../tokens/sent-code.js';
import { isCodeStopped } from './limit-code-guesses.js';
import { loginTokens } from './login-token.js';
import type { EmailLoginMethod } from './options.js';

export interface NewEmailLogin {
  readonly email: string;
  /** `null`: the address has no account. */
  readonly userId: string | null;
  readonly method: EmailLoginMethod;
  readonly ttlMs: number;
}

export interface MadeEmailLogin {
  readonly token: OneTimeTokenRecord;
  readonly message: OutgoingMessage;
  /** For the browser that asked. */
  readonly loginToken: string;
}

/**
 * The token of a login by email and its mail, neither stored nor sent yet. A code works only in the browser that asked
 * for it; a link works in any.
 */
export async function makeEmailLogin(tx: TransactionContext, { email, userId, method, ttlMs }: NewEmailLogin): Promise<MadeEmailLogin> {
  const id = tx.makeId();
  const secret = makeSecret(tx.random);
  const loginToken = loginTokens.encode({ id, secret });
  const row = { id, userId, purpose: 'email-login', payload: { email } } as const;
  const message = { userId, channel: 'email', to: email } as const;
  if (method === 'code' && !(await isCodeStopped(tx, email))) {
    const { code, sent } = makeSentCode(tx, { tokenId: id, method: 'email' });
    const token = newOneTimeToken(tx, {
      ...row,
      secretHash: loginTokens.hashSecret(secret),
      code: sent,
      ttlMs: Math.min(ttlMs, sent.expiresAt - sent.sentAt),
    });
    return { token, message: { ...message, content: { kind: 'email-login-code', code, expiresAt: token.expiresAt } }, loginToken };
  }
  const link = makeLinkToken({ random: tx.random, now: tx.clock.now(), ttlMs });
  const token = newOneTimeToken(tx, { ...row, secretHash: hashLinkToken(link.token), ttlMs });
  return { token, message: { ...message, content: { kind: 'email-login', ...link } }, loginToken };
}
