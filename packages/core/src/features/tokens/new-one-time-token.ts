import type { Context } from '../../context.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';

type Required = 'userId' | 'purpose';

export type NewOneTimeToken = Pick<OneTimeTokenRecord, Required> &
  Partial<Omit<OneTimeTokenRecord, Required>> & { readonly ttlMs: number };

/** A token record that is not stored yet, without a secret, code or payload unless given. */
export function newOneTimeToken({ clock, makeId }: Context, { ttlMs, ...fields }: NewOneTimeToken): OneTimeTokenRecord {
  const now = clock.now();
  return {
    id: makeId(),
    secretHash: null,
    subjectId: null,
    code: null,
    payload: {},
    attempts: 0,
    createdAt: now,
    expiresAt: now + ttlMs,
    consumedAt: null,
    ...fields,
  };
}
