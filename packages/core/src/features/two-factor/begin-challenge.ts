import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { seal } from '../../crypto/sealed.js';
import { makeSecret } from '../../crypto/secret-token.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction } from '../../unit-of-work.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import type { ChallengeData } from '../login/schema.js';
import { encodeChallengeToken, hashChallengeSecret } from './challenge-token.js';
import { isOffered } from './is-offered.js';
import { preferredMethod } from '../../model/factor-policy.js';
import { sendCode } from './send-code.js';

const TTL_MS = 10 * 60_000;

export interface BeginChallengeInput {
  readonly user: UserRecord;
  readonly known: RecognizedDevice | null;
  readonly caller: Caller;
}

/**
 * Begins the second half of a login whose password was right. A code goes out at once where an SMS or email is the
 * preferred method, as far as its limits let it.
 */
export async function beginChallenge(
  context: Context,
  { user, known, caller }: BeginChallengeInput,
): Promise<ChallengeData> {
  const now = context.clock.now();
  const id = context.makeId();
  const secret = makeSecret(context.random);
  const challenge: OneTimeTokenRecord = {
    id,
    userId: user.id,
    purpose: 'challenge',
    secretHash: hashChallengeSecret(secret),
    subjectId: null,
    code: null,
    payload: { securityVersion: user.securityVersion, device: sealDevice(context, { challengeId: id, known }) },
    attempts: 0,
    createdAt: now,
    expiresAt: now + TTL_MS,
    consumedAt: null,
  };
  const methods = await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      await unit.oneTimeTokens.insert(challenge);
      await unit.record({ type: 'login.challenged', outcome: 'success', userId: user.id });
      const factors = (await unit.factors.listConfirmed(user.id)).filter(({ method }) => isOffered(context, method));
      const first = factors.find(({ method }) => method === preferredMethod(factors));
      if (first !== undefined && first.method !== 'totp' && first.destination !== null) {
        const { method, destination } = first;
        await sendCode(tx, { tokenId: id, userId: user.id, method, destination });
      }
      return factors.map(({ method }) => method);
    },
  });
  return {
    challengeToken: encodeChallengeToken({ id, secret }),
    expiresAt: isoTime(challenge.expiresAt),
    methods,
    userId: user.id,
    auth: { hasAccessToken: false, enable: true, status: 'PENDING_VERIFICATION', verified: false },
  };
}

/** The device token has to be given back when the login completes, and must not lie readable in the store till then. */
function sealDevice(
  context: Context,
  { challengeId, known }: { readonly challengeId: string; readonly known: RecognizedDevice | null },
): string | null {
  if (known === null) return null;
  return seal(context, { plain: known.deviceToken, context: `challenge:${challengeId}` });
}
