import type { Context } from '../../context.js';
import { AuthError, invalidField } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import { withTransaction } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { destinationOf, isOffered, maskDestination } from './factor-delivery.js';
import { findSubject } from './find-subject.js';
import type { ChallengeInput, SentChallengeData } from './schema.js';
import { firstFactorOf, isSecondTo } from './first-factor.js';
import { sendCode } from './send-code.js';
import { beginStepUp, sentForSubject } from './step-up-token.js';

export interface SendChallengeRequest extends ChallengeInput {
  readonly current: SessionState | null;
  readonly caller: Caller;
}

/**
 * Sends a code, or sends it again, or reports that an authenticator app is ready. Fails with `VALIDATION_FAILED` for a
 * method that the user does not have or that has no proven address, with `TOO_MANY_REQUESTS` within a minute of the
 * last code, and as `findSubject` does.
 */
export async function sendChallenge(
  context: Context,
  { method, challengeToken, current, caller }: SendChallengeRequest,
): Promise<SentChallengeData> {
  const subject = await findSubject(context, { challengeToken, current });
  return withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      // Read again: the cached user may be a few seconds old, and codes go to the present address (M9).
      const user = await unit.users.find(subject.user.id);
      if (user === null) throw new AuthError('INVALID_TOKEN');
      const factor = (await unit.factors.listConfirmed(user.id)).find((candidate) => candidate.method === method);
      if (factor === undefined || !isOffered(context, method)) throw invalidField('method', 'is not set up for this account');
      if (subject.kind === 'challenge' && !isSecondTo(firstFactorOf(subject.challenge), method)) throw invalidField('method', 'was proven by the first factor');
      if (method === 'totp') return { method, destination: null, expiresAt: null };
      const destination = destinationOf(user, factor);
      if (destination === null) throw invalidField('method', 'needs a verified address');
      const existing = await sentForSubject(tx, subject);
      const token = existing ?? (subject.kind === 'session' ? await beginStepUp(tx, subject.state) : null);
      if (token === null) throw new AuthError('INVALID_TOKEN');
      const sent = await sendCode(tx, { tokenId: token.id, userId: user.id, method, destination, use: 'login', caller });
      if (sent.kind === 'limited') throw tooManyRequests(context, sent.retryAt);
      await unit.record({ type: 'two-factor.code-sent', outcome: 'success', userId: user.id, detail: { method } });
      return { method, destination: maskDestination(destination), expiresAt: isoTime(sent.expiresAt) };
    },
  });
}
