import type { TransactionContext } from '../../unit-of-work.js';
import { makeSentCode } from '../tokens/sent-code.js';
import { takeCodeBudget, type CodeBudgetInput } from './code-budget.js';

const MINUTE_MS = 60_000;

export interface SendCodeInput extends CodeBudgetInput {
  /** The one-time token that the code is bound to. */
  readonly tokenId: string;
}

export type SendCodeOutcome =
  | { readonly kind: 'sent'; readonly expiresAt: number }
  | { readonly kind: 'limited'; readonly retryAt: number };

/** Sends a new code for a token, which replaces the last one. Attempts made so far stay counted (security.md M3). */
export async function sendCode(context: TransactionContext, input: SendCodeInput): Promise<SendCodeOutcome> {
  const { unit, clock } = context;
  const { tokenId, userId, method, destination } = input;
  const retryAt = await takeCodeBudget(context, input);
  if (retryAt !== null) return { kind: 'limited', retryAt };
  const { code, sent } = makeSentCode(context, { tokenId, method });
  const replaced = await unit.oneTimeTokens.replaceCode(tokenId, sent, clock.now() - MINUTE_MS);
  if (!replaced) return { kind: 'limited', retryAt: clock.now() + MINUTE_MS };
  await unit.send({
    userId,
    channel: method,
    to: destination,
    content: { kind: 'two-factor-code', code, expiresAt: sent.expiresAt },
  });
  return { kind: 'sent', expiresAt: sent.expiresAt };
}
