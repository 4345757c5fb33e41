import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import { findSubject } from '../two-factor/find-subject.js';
import type { VerifyData } from '../two-factor/schema.js';
import type { AuthenticatePasskeyInput } from './ceremony-schema.js';
import { logInByPasskey } from './log-in-by-passkey.js';
import { passByPasskey } from './pass-by-passkey.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { provePasskey } from './prove-passkey.js';
import { recordPasskeyRefusal } from './record-passkey-refusal.js';

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
  const { challengeToken, current, deviceToken, caller } = request;
  const subject = challengeToken === undefined && current === null ? null : await findSubject(context, { challengeToken, current });
  try {
    const proven = await provePasskey(context, request);
    return await (subject === null ? logInByPasskey(context, { proven, deviceToken, caller }) : passByPasskey(context, { proven, subject, caller }));
  } catch (thrown) {
    if (thrown instanceof PasskeyRefusal) await recordPasskeyRefusal(context, { refusal: thrown, caller });
    throw thrown;
  }
}
