import type { TransactionContext } from '../../unit-of-work.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import type { NotificationKind } from '../../ports/notifier.js';
import type { CounterLimit, TakeOutcome } from '../../ports/store/counters.js';

const MINUTE_MS = 60_000;
/** security.md R2. */
const LIMITS: readonly CounterLimit[] = [
  { max: 1, windowMs: MINUTE_MS },
  { max: 5, windowMs: 60 * MINUTE_MS },
];

export interface LimitedMail {
  /** Mails that an administrator starts are counted separately, or strangers could use up their limit. */
  readonly kind: NotificationKind | 'by-admin';
  readonly email: string;
}

/**
 * Counts a mail that a request asks for: one a minute and five an hour of each kind. It is counted by address, so that it works
 * the same without an account: otherwise a second request would tell whether there is one. The address itself is not stored.
 */
export async function mayMail(context: TransactionContext, mail: LimitedMail): Promise<boolean> {
  return (await takeMail(context, mail)).kind === 'taken';
}

/** The same, for callers who may learn why nothing is mailed and until when. */
export async function takeMail(
  { clock, keyring, makeId, unit }: TransactionContext,
  { kind, email }: LimitedMail,
): Promise<TakeOutcome> {
  const key = `mail:${kind}:${keyedHash(keyring, { label: 'mail-limit', value: email })}`;
  return unit.counters.take({ hitId: makeId(), key, limits: LIMITS, now: clock.now() });
}
