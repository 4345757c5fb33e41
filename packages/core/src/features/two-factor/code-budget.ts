import { keyedHash } from '../../crypto/keyed-hash.js';
import { rateLimitSource } from '../../foundation/rate-limit-source.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Caller } from '../../model/caller.js';
import type { CounterLimit } from '../../ports/store/counters.js';
import type { SentCode } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const limits = (perMinute: number, perHour: number, perDay: number): readonly CounterLimit[] => [
  { max: perMinute, windowMs: MINUTE_MS },
  { max: perHour, windowMs: HOUR_MS },
  { max: perDay, windowMs: DAY_MS },
];

/** security.md M8. */
const LOGINS_PER_NUMBER = limits(1, 5, 10);
/** A number that is being set up may belong to anyone: fewer messages than to a confirmed number. */
const SET_UPS_PER_NUMBER = limits(1, 3, 5);
/** Otherwise one account could text many numbers. */
const SET_UPS_PER_ACCOUNT = limits(2, 5, 10);
/** Otherwise one source could do the same with many accounts. */
const SET_UPS_PER_SOURCE = limits(5, 10, 30);
const PER_MAILBOX: readonly CounterLimit[] = [
  { max: 1, windowMs: MINUTE_MS },
  { max: 5, windowMs: HOUR_MS },
];

export interface CodeBudgetInput {
  readonly userId: string;
  readonly method: SentCode['method'];
  readonly destination: string;
  /**
   * `login`: to a confirmed factor, at a login or a step-up. Set-ups are counted separately, so they never use up what
   * logins need.
   */
  readonly use: 'login' | 'set-up';
  readonly caller: Caller;
}

interface Budget {
  readonly key: string;
  readonly limits: readonly CounterLimit[];
}

/** Counts one code against all of its limits. Returns `null`, or when to retry if a limit is reached. */
export async function takeCodeBudget(context: TransactionContext, input: CodeBudgetInput): Promise<number | null> {
  const { unit, clock, makeId } = context;
  const now = clock.now();
  const taken: string[] = [];
  for (const budget of input.method === 'sms' ? smsBudgets(context, input) : [mailBudget(input)]) {
    const hit = await unit.counters.take({ hitId: makeId(), ...budget, now });
    if (hit.kind === 'taken') {
      taken.push(hit.hitId);
      continue;
    }
    for (const hitId of taken) await unit.counters.refund(hitId);
    return hit.retryAt ?? now + DAY_MS;
  }
  return null;
}

/** The counters of sent codes that are kept under the user's id. */
export function codeCounters(userId: string): { readonly mailed: string; readonly mailedSetUps: string; readonly smsSetUps: string } {
  return {
    mailed: `mail:two-factor-code:${userId}`,
    mailedSetUps: `mail:two-factor-set-up:${userId}`,
    smsSetUps: `sms-set-up-by:${userId}`,
  };
}

function mailBudget({ userId, use }: CodeBudgetInput): Budget {
  const { mailed, mailedSetUps } = codeCounters(userId);
  return { key: use === 'login' ? mailed : mailedSetUps, limits: PER_MAILBOX };
}

/** Numbers and addresses are hashed: these limits outlive the account. */
function smsBudgets(context: TransactionContext, { userId, destination, use, caller }: CodeBudgetInput): readonly Budget[] {
  const { settings, keyring } = context;
  const number = keyedHash(keyring, { label: 'sms-limit', value: destination });
  const perHour: readonly CounterLimit[] = [{ max: settingsOf(context, 'twoFactor').smsPerHour, windowMs: HOUR_MS }];
  if (use === 'login') {
    return [
      { key: `sms:${number}`, limits: LOGINS_PER_NUMBER },
      { key: 'sms', limits: perHour },
    ];
  }
  const countsSource = caller.ip !== null && settings.throttling.source;
  const source = keyedHash(keyring, { label: 'sms-limit', value: `source:${rateLimitSource(caller.ip)}` });
  return [
    { key: codeCounters(userId).smsSetUps, limits: SET_UPS_PER_ACCOUNT },
    ...(countsSource ? [{ key: `sms-set-up-from:${source}`, limits: SET_UPS_PER_SOURCE }] : []),
    { key: `sms-set-up:${number}`, limits: SET_UPS_PER_NUMBER },
    { key: 'sms-set-up', limits: perHour },
  ];
}
