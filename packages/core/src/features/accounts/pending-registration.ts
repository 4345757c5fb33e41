import * as v from 'valibot';
import type { Context } from '../../context.js';
import { openOrFail, seal } from '../../crypto/sealed.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';

/**
 * The password and username of a registration that waits for its address to be proven, with
 * `registration.concealExisting`. Until then the account has neither: a login or a taken username would tell that the
 * address was new (security.md R2).
 */
export interface PendingRegistration {
  readonly passwordHash: string;
  readonly username: string | null;
}

const pendingRegistration = v.strictObject({ passwordHash: v.string(), username: v.nullable(v.string()) });

const contextOf = (userId: string): string => `registration:${userId}`;

/** Seals a registration for the payload of the token that verifies its address. */
export function sealRegistration(
  context: Context,
  { userId, ...pending }: PendingRegistration & { readonly userId: string },
): string {
  return seal(context, { plain: JSON.stringify(pending), context: contextOf(userId) });
}

/** The registration in the payload of a token; `null` if there is none. Fails with `INTERNAL` if it cannot be opened (M10). */
export function openRegistration(
  context: Context,
  { userId, payload }: Pick<OneTimeTokenRecord, 'userId' | 'payload'>,
): PendingRegistration | null {
  const { registration: sealed } = payload;
  if (typeof sealed !== 'string' || userId === null) return null;
  const plain = openOrFail(context, { sealed, context: contextOf(userId), what: 'a pending registration', userId });
  return v.parse(pendingRegistration, JSON.parse(plain));
}
