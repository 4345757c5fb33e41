import type { Context } from '../../context.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { defaultPasskeyName } from './authenticators.js';
import { openCeremony } from './ceremony.js';
import type { RegisterPasskeyInput } from './ceremony-schema.js';
import { insertPasskey } from './insert-passkey.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { toPasskey, type PasskeyData } from './schema.js';
import { verifyRegistration } from './verify-registration.js';

export type RegisterPasskeyRequest = RegisterPasskeyInput & AuthenticatedRequest;

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
    name: name ?? defaultPasskeyName({ aaguid: verified.aaguid, userAgent: caller.userAgent }),
    createdAt: context.clock.now(),
    lastUsedAt: null,
  };
  await withTransaction(context, { caller, work: (tx) => insertPasskey(tx, { passkey, ceremony, current, caller }) });
  return passkey;
}
