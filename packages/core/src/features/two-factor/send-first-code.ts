import type { Caller } from '../../model/caller.js';
import { preferredMethod } from '../../model/factor-policy.js';
import type { FactorMethod } from '../../ports/store/factors.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { destinationOf, isOffered } from './factor-delivery.js';
import { isSecondTo } from './first-factor.js';
import { sendCode, type SendCodeOutcome } from './send-code.js';

export interface FirstCodeInput {
  /** Of the challenge. */
  readonly tokenId: string;
  readonly user: UserRecord;
  /** How the first factor was proven. */
  readonly amr: readonly string[];
  readonly caller: Caller;
}

export interface FirstCode {
  /** The methods that answer the challenge. */
  readonly methods: readonly FactorMethod[];
  /** `null` if no code has to be sent, or none can be. */
  readonly code: SendCodeOutcome | null;
}

/** Sends a code for a new challenge if the preferred method needs one. */
export async function sendFirstCode(tx: TransactionContext, { tokenId, user, amr, caller }: FirstCodeInput): Promise<FirstCode> {
  const factors = (await tx.unit.factors.listConfirmed(user.id)).filter(({ method }) => isOffered(tx, method) && isSecondTo(amr, method));
  const methods = factors.map(({ method }) => method);
  const first = factors.find(({ method }) => method === preferredMethod(factors));
  const destination = first === undefined ? null : destinationOf(user, first);
  if (first === undefined || first.method === 'totp' || destination === null) return { methods, code: null };
  const { method } = first;
  return { methods, code: await sendCode(tx, { tokenId, userId: user.id, method, destination, use: 'login', caller }) };
}
