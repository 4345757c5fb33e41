import { keyedHash } from '../../crypto/keyed-hash.js';
import type { Deps } from '../../deps.js';
import type { NotificationKind } from '../../ports/notifier.js';
import type { CounterLimit } from '../../ports/store/counters.js';
import type { UnitOfWork } from '../audit/transact.js';

const MINUTE_MS = 60_000;
/** security.md R2. */
const LIMITS: readonly CounterLimit[] = [
  { max: 1, windowMs: MINUTE_MS },
  { max: 5, windowMs: 60 * MINUTE_MS },
];

export type LimitMailDeps = Pick<Deps, 'clock' | 'keyring' | 'makeId'> & { readonly unit: UnitOfWork };

/**
 * Counts a mail that a request asks for: one a minute and five an hour of each kind. It goes by the address, so that the
 * limit is that of an account, and works alike where there is none: else a second request would tell the difference. The
 * address itself is not kept.
 */
export async function mayMail(
  { clock, keyring, makeId, unit }: LimitMailDeps,
  { kind, email }: { readonly kind: NotificationKind; readonly email: string },
): Promise<boolean> {
  const key = `mail:${kind}:${keyedHash(keyring, { label: 'mail-limit', value: email })}`;
  const { kind: outcome } = await unit.counters.take({ hitId: makeId(), key, limits: LIMITS, now: clock.now() });
  return outcome === 'taken';
}
