import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { withTransaction } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { beginFactor, newFactor, pendingAuth } from './begin-factor.js';
import { maskDestination } from './factor-delivery.js';
import type { CodeSetUpData } from './schema.js';
import { sendCode } from './send-code.js';

export interface CodeSetUp extends AuthenticatedRequest {
  readonly method: 'sms' | 'email';
  readonly destination: string;
}

/** Begins the set-up of a factor whose codes are sent, and sends the first code. */
export async function setUpCode(
  context: Context,
  { current, caller, method, destination }: CodeSetUp,
): Promise<CodeSetUpData> {
  const factor = newFactor(context, { current, method, destination });
  const expiresAt = await withTransaction(context, {
    caller,
    async work(tx) {
      const token = await beginFactor(tx, factor);
      const { userId } = factor;
      const sent = await sendCode(tx, { tokenId: token.id, userId, method, destination, use: 'set-up', caller });
      // Thrown in the transaction: an earlier set-up, whose code was just sent, is kept.
      if (sent.kind === 'limited') throw tooManyRequests(context, sent.retryAt);
      return sent.expiresAt;
    },
  });
  return { method, destination: maskDestination(destination), expiresAt: isoTime(expiresAt), auth: pendingAuth(current) };
}
