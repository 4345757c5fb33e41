import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import type { CounterLimit } from '../../ports/store/counters.js';
import type { SentCode } from '../../ports/store/one-time-tokens.js';
import { makeSentCode } from './sent-code.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** security.md M8: an SMS costs money, and strangers' numbers are not ours to flood. */
const PER_NUMBER: readonly CounterLimit[] = [
  { max: 1, windowMs: MINUTE_MS },
  { max: 5, windowMs: HOUR_MS },
  { max: 10, windowMs: DAY_MS },
];
const PER_MAILBOX: readonly CounterLimit[] = [
  { max: 1, windowMs: MINUTE_MS },
  { max: 5, windowMs: HOUR_MS },
];

export interface SendCodeInput {
  /** What the code is bound to. */
  readonly tokenId: string;
  readonly userId: string;
  readonly method: SentCode['method'];
  readonly destination: string;
}

export type SendCodeOutcome =
  | { readonly kind: 'sent'; readonly expiresAt: number }
  | { readonly kind: 'limited'; readonly retryAt: number };

/** The counter of the codes that were mailed for an account. */
export function mailedCodeCounter(userId: string): string {
  return `mail:two-factor-code:${userId}`;
}

/** Of the text messages to a number, which itself is not kept: the limit outlives the account that had it. */
function numberCounter({ keyring }: Context, phone: string): string {
  return `sms:${keyedHash(keyring, { label: 'sms-limit', value: phone })}`;
}

/** Sends a code for a token in place of the last one; the tries that were made stay counted (security.md M3). */
export async function sendCode(context: TransactionContext, input: SendCodeInput): Promise<SendCodeOutcome> {
  const { unit, clock } = context;
  const { tokenId, userId, method, destination } = input;
  const refusal = await takeBudget(context, input);
  if (refusal !== null) return { kind: 'limited', retryAt: refusal };
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

/** Counts the message against its limits; when it may be tried again where one is reached. */
async function takeBudget(
  context: TransactionContext,
  { method, destination, userId }: SendCodeInput,
): Promise<number | null> {
  const { unit, settings, clock, makeId } = context;
  const now = clock.now();
  const own =
    method === 'sms'
      ? await unit.counters.take({ hitId: makeId(), key: numberCounter(context, destination), limits: PER_NUMBER, now })
      : await unit.counters.take({ hitId: makeId(), key: mailedCodeCounter(userId), limits: PER_MAILBOX, now });
  if (own.kind === 'refused') return own.retryAt ?? now + DAY_MS;
  if (method === 'email') return null;
  const limits = [{ max: settings.twoFactor.smsPerHour, windowMs: HOUR_MS }];
  const all = await unit.counters.take({ hitId: makeId(), key: 'sms', limits, now });
  if (all.kind === 'taken') return null;
  await unit.counters.refund(own.hitId);
  return all.retryAt ?? now + HOUR_MS;
}
