import type { OneTimeTokenRecord } from '../ports/store/one-time-tokens.js';

/** True if the token can still be used. Only the store's `consume` decides who uses it. */
export function isLiveToken({ consumedAt, expiresAt }: OneTimeTokenRecord, now: number): boolean {
  return consumedAt === null && now < expiresAt;
}
