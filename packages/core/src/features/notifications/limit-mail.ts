import { keyedHash } from '../../crypto/keyed-hash.js';
import type { Deps } from '../../context.js';
import type { NotificationKind } from '../../ports/notifier.js';
import type { CounterLimit, TakeOutcome } from '../../ports/store/counters.js';
import type { UnitOfWork } from '../../unit-of-work.js';

const MINUTE_MS = 60_000;
/** security.md R2. */
const LIMITS: readonly CounterLimit[] = [
  { max: 1, windowMs: MINUTE_MS },
  { max: 5, windowMs: 60 * MINUTE_MS },
];

export type LimitMailDeps = Pick<Deps, 'clock' | 'keyring' | 'makeId'> & { readonly unit: UnitOfWork };

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
export async function mayMail(deps: LimitMailDeps, mail: LimitedMail): Promise<boolean> {
  return (await takeMail(deps, mail)).kind === 'taken';
}

/** The same, for callers who may know why and until when nothing is mailed. */
export async function takeMail(
  { clock, keyring, makeId, unit }: LimitMailDeps,
  { kind, email }: LimitedMail,
): Promise<TakeOutcome> {
  const key = `mail:${kind}:${keyedHash(keyring, { label: 'mail-limit', value: email })}`;
  return unit.counters.take({ hitId: makeId(), key, limits: LIMITS, now: clock.now() });
}
