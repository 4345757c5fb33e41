import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { withTransaction } from '../../unit-of-work.js';
import { findSubject } from './find-subject.js';
import { maskDestination } from './mask.js';
import { isOffered } from './is-offered.js';
import type { ChallengeInput, SentChallengeData } from './schema.js';
import { sendCode } from './send-code.js';
import { beginStepUp, sentForSubject } from './step-up-token.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';

export interface SendChallengeRequest extends ChallengeInput {
  readonly current: SessionState | null;
  readonly caller: Caller;
}

/**
 * Sends a code, again if need be, or names an authenticator app as ready. Fails with `VALIDATION_FAILED` for a method
 * that the user has not, `TOO_MANY_REQUESTS` within a minute of the last code, and as `findSubject` does.
 */
export async function sendChallenge(
  context: Context,
  { method, challengeToken, current, caller }: SendChallengeRequest,
): Promise<SentChallengeData> {
  const subject = await findSubject(context, { challengeToken, current });
  const factors = await context.store.factors.listConfirmed(subject.user.id);
  const factor = factors.find((candidate) => candidate.method === method);
  if (factor === undefined || !isOffered(context, method)) throw notAvailable();
  const { destination } = factor;
  if (method === 'totp' || destination === null) return { method: 'totp', destination: null, expiresAt: null };
  const expiresAt = await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      const existing = await sentForSubject(tx, subject);
      const token = existing ?? (subject.kind === 'session' ? await beginStepUp(tx, subject.state) : null);
      if (token === null) throw new AuthError('INVALID_TOKEN');
      const sent = await sendCode(tx, { tokenId: token.id, userId: subject.user.id, method, destination });
      if (sent.kind === 'limited') throw tooManyRequests(context, sent.retryAt);
      await unit.record({ type: 'two-factor.code-sent', outcome: 'success', userId: subject.user.id, detail: { method } });
      return sent.expiresAt;
    },
  });
  return { method, destination: maskDestination(destination), expiresAt: isoTime(expiresAt) };
}

function notAvailable(): AuthError {
  return new AuthError('VALIDATION_FAILED', { issues: [{ path: 'method', message: 'is not set up for this account' }] });
}
