import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { describeDevice } from '../notifications/messages/describe-device.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { authenticatorName } from './authenticators.js';
import { openCeremony, useCeremony } from './ceremony.js';
import type { Ceremony } from './ceremony.js';
import type { RegisterPasskeyInput } from './ceremony-schema.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { MAX_PASSKEYS } from './passkeys-of.js';
import { toPasskey } from './schema.js';
import type { PasskeyData } from './schema.js';
import { verifyRegistration } from './verify-registration.js';

export interface RegisterPasskeyRequest extends RegisterPasskeyInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Adds the passkey that the authenticator made for a registration of this session, and notifies the owner. Links mailed
 * before are void (security.md R1). An invalid answer is `INVALID_PASSKEY`. If a second factor was turned on in the
 * meantime that the session has not passed, it is `STEP_UP_REQUIRED` (W6).
 */
export async function registerPasskey(context: Context, request: RegisterPasskeyRequest): Promise<PasskeyData> {
  const { user, session } = request.current;
  try {
    return { passkey: toPasskey(await register(context, request)) };
  } catch (thrown) {
    if (!(thrown instanceof PasskeyRefusal)) throw thrown;
    const about = { userId: user.id, sessionId: session.id, detail: { reason: thrown.reason } };
    await recordRefusal(context, { caller: request.caller, event: { type: 'passkey.registration-refused', outcome: 'failure', ...about } });
    throw thrown;
  }
}

async function register(context: Context, request: RegisterPasskeyRequest): Promise<PasskeyRecord> {
  const { registrationToken, credential, name, current, caller } = request;
  const { user, session } = current;
  const ceremony = openCeremony(context, { kind: 'passkey-registration', token: registrationToken });
  // W1: another session of the user may belong to a thief.
  if (ceremony?.sessionId !== session.id || ceremony.userHandle === null) throw new PasskeyRefusal('expired');
  const verified = await verifyRegistration(context, { credential, challenge: ceremony.challenge });
  const passkey: PasskeyRecord = {
    ...verified,
    id: context.makeId(),
    userId: user.id,
    userHandle: ceremony.userHandle,
    name: name ?? authenticatorName(verified.aaguid) ?? describeDevice(caller.userAgent, ' on ') ?? 'Passkey',
    createdAt: context.clock.now(),
    lastUsedAt: null,
  };
  await withTransaction(context, { caller, work: (tx) => insert(tx, { passkey, ceremony, current, caller }) });
  return passkey;
}

interface Registration {
  readonly passkey: PasskeyRecord;
  readonly ceremony: Ceremony;
  readonly current: SessionState;
  readonly caller: Caller;
}

async function insert(context: TransactionContext, { passkey, ceremony, current, caller }: Registration): Promise<void> {
  const { unit } = context;
  const { user, session } = current;
  const now = await unit.sessions.findWithUser(session.id);
  // W6: a factor may have been turned on since the ceremony began.
  if (now === null) throw new AuthError('INVALID_TOKEN');
  if (hasTwoFactor(now.user) && now.session.aal < 2) throw new AuthError('STEP_UP_REQUIRED', { requires: 'SECOND_FACTOR' });
  if (!(await useCeremony(context, ceremony))) throw new PasskeyRefusal('used');
  // W3: the store decides who gets the credential id if several requests add it at once.
  const outcome = await unit.passkeys.insert(passkey, MAX_PASSKEYS);
  if (outcome !== 'inserted') throw new PasskeyRefusal(outcome);
  await voidOneTimeTokens(context, user.id);
  const about = { userId: user.id, sessionId: session.id, detail: { passkeyId: passkey.id } };
  await unit.record({ type: 'passkey.registered', outcome: 'success', ...about });
  await notifyOwner(context, { user: now.user, notice: 'passkey-added', caller });
}
