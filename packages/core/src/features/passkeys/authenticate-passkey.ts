import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { PASSKEY_PROOF } from '../../model/passkey-proof.js';
import type { SessionState } from '../../model/session-state.js';
import { toUser } from '../../model/user.js';
import { withTransaction } from '../../unit-of-work.js';
import { finishLogin } from '../login/finish-login.js';
import { advanceSession } from '../sessions/advance-session.js';
import { completeChallenge } from '../two-factor/complete-challenge.js';
import { findSubject } from '../two-factor/find-subject.js';
import type { FactorSubject } from '../two-factor/find-subject.js';
import type { VerifyData } from '../two-factor/schema.js';
import { verifiedData } from '../two-factor/verified-data.js';
import type { AuthenticatePasskeyInput } from './ceremony-schema.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { provePasskey } from './prove-passkey.js';
import type { ProvenPasskey } from './prove-passkey.js';
import { recordPasskeyRefusal } from './record-passkey-refusal.js';
import { usePasskey } from './use-passkey.js';

export interface AuthenticatePasskeyRequest extends AuthenticatePasskeyInput {
  readonly current: SessionState | null;
  readonly caller: Caller;
}

/**
 * Logs in by a passkey. With a challenge token, answers the challenge of a login; with a session, steps the session up.
 * User verification was required and proven, so a passkey is both factors. Anything wrong is `INVALID_PASSKEY`
 * (security.md W5). Also fails as `finishLogin` and `findSubject` do.
 */
export async function authenticatePasskey(context: Context, request: AuthenticatePasskeyRequest): Promise<VerifyData> {
  const { challengeToken, current, caller } = request;
  const subject = challengeToken === undefined && current === null ? null : await findSubject(context, { challengeToken, current });
  try {
    const proven = await provePasskey(context, request);
    return await (subject === null ? logIn(context, { proven, request }) : pass(context, { proven, subject, caller }));
  } catch (thrown) {
    if (thrown instanceof PasskeyRefusal) await recordPasskeyRefusal(context, { refusal: thrown, caller });
    throw thrown;
  }
}

interface LogInInput {
  readonly proven: ProvenPasskey;
  readonly request: AuthenticatePasskeyRequest;
}

async function logIn(context: Context, { proven, request: { deviceToken, caller } }: LogInInput): Promise<VerifyData> {
  const { user } = proven;
  const { data } = await finishLogin(context, {
    user,
    proof: PASSKEY_PROOF,
    deviceToken,
    caller,
    consume: (tx) => usePasskey(tx, { proven, purpose: 'login' }),
    refusedAs: 'INVALID_PASSKEY',
  });
  // A login at AAL2 never gets a challenge.
  if ('challengeToken' in data) throw new AuthError('INTERNAL');
  const { userId: _, ...tokens } = data;
  return { ...tokens, user: toUser(context, user) };
}

interface PassInput {
  readonly proven: ProvenPasskey;
  readonly subject: FactorSubject;
  readonly caller: Caller;
}

async function pass(context: Context, { proven, subject, caller }: PassInput): Promise<VerifyData> {
  const { user } = subject;
  if (proven.user.id !== user.id) throw new PasskeyRefusal('other-account', { userId: proven.user.id });
  const { amr, aal } = PASSKEY_PROOF;
  const passed = await withTransaction(context, {
    caller,
    async work(tx) {
      await usePasskey(tx, { proven, purpose: subject.kind === 'challenge' ? 'challenge' : 'step-up' });
      if (subject.kind === 'challenge') return completeChallenge(tx, { ...subject, isConsumed: false, amr, caller });
      const { id: sessionId } = subject.state.session;
      return advanceSession(tx, { sessionId, prove: (session) => ({ amr: [...new Set([...session.amr, ...amr])], aal }) });
    },
  });
  return verifiedData(context, { passed, user });
}
