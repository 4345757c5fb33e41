import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import type { SessionState } from '../../services/session-cache.js';
import { findSubject } from './find-subject.js';
import { maskDestination } from './mask.js';
import { isOffered } from './methods.js';
import type { ChallengeInput, SentChallengeData } from './schema.js';
import { sendCode } from './send-code.js';
import type { SendCodeDeps } from './send-code.js';
import { beginStepUp, sentForSubject } from './step-up-token.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';

export type SendChallengeDeps = TransactDeps & Omit<SendCodeDeps, 'unit'> & Pick<Deps, 'channels'>;

export interface SendChallengeRequest extends ChallengeInput {
  readonly current: SessionState | null;
  readonly caller: Caller;
}

/**
 * Sends a code, again if need be, or names an authenticator app as ready. Fails with `VALIDATION_FAILED` for a method
 * that the user has not, `TOO_MANY_REQUESTS` within a minute of the last code, and as `findSubject` does.
 */
export async function sendChallenge(
  deps: SendChallengeDeps,
  { method, challengeToken, current, caller }: SendChallengeRequest,
): Promise<SentChallengeData> {
  const subject = await findSubject(deps, { challengeToken, current });
  const factors = await deps.store.factors.listConfirmed(subject.user.id);
  const factor = factors.find((candidate) => candidate.method === method);
  if (factor === undefined || !isOffered(deps, method)) throw notAvailable();
  const { destination } = factor;
  if (method === 'totp' || destination === null) return { method: 'totp', destination: null, expiresAt: null };
  const expiresAt = await transact(deps, {
    caller,
    async work(unit) {
      const existing = await sentForSubject({ ...deps, unit }, subject);
      const token = existing ?? (subject.kind === 'session' ? await beginStepUp({ ...deps, unit }, subject.state) : null);
      if (token === null) throw new AuthError('INVALID_TOKEN');
      const sent = await sendCode({ ...deps, unit }, { tokenId: token.id, userId: subject.user.id, method, destination });
      if (sent.kind === 'limited') throw tooManyRequests(deps, sent.retryAt);
      await unit.record({ type: 'two-factor.code-sent', outcome: 'success', userId: subject.user.id, detail: { method } });
      return sent.expiresAt;
    },
  });
  return { method, destination: maskDestination(destination), expiresAt: isoTime(expiresAt) };
}

function notAvailable(): AuthError {
  return new AuthError('VALIDATION_FAILED', { issues: [{ path: 'method', message: 'is not set up for this account' }] });
}
