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
  /** What an administrator starts counts apart, or strangers could use it up. */
  readonly kind: NotificationKind | 'by-admin';
  readonly email: string;
}

/**
 * Counts a mail that a request asks for: one a minute and five an hour of each kind. It goes by the address, so that the
 * limit is that of an account, and works alike where there is none: else a second request would tell the difference. The
 * address itself is not kept.
 */
export async function mayMail(context: TransactionContext, mail: LimitedMail): Promise<boolean> {
  return (await takeMail(context, mail)).kind === 'taken';
}

/** The same, for callers who may know why and until when nothing is mailed. */
export async function takeMail(
  { clock, keyring, makeId, unit }: TransactionContext,
  { kind, email }: LimitedMail,
): Promise<TakeOutcome> {
  const key = `mail:${kind}:${keyedHash(keyring, { label: 'mail-limit', value: email })}`;
  return unit.counters.take({ hitId: makeId(), key, limits: LIMITS, now: clock.now() });
}
