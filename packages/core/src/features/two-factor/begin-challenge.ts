import type { Context } from '../../context.js';
import { seal } from '../../crypto/sealed.js';
import { makeSecret } from '../../crypto/secret-token.js';
import { isoTime } from '../../foundation/iso-time.js';
import { hasPasskey } from '../../http/has-passkey.js';
import type { Caller } from '../../model/caller.js';
import { preferredMethod } from '../../model/factor-policy.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import type { ChallengeData } from '../login/schema.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import { challengeTokens } from './challenge-token.js';
import { destinationOf, isOffered } from './factor-delivery.js';
import { isSecondTo } from './first-factor.js';
import { sendCode } from './send-code.js';

const TTL_MS = 10 * 60_000;

export interface BeginChallengeInput {
  readonly user: UserRecord;
  readonly known: RecognizedDevice | null;
  /** How the first factor was proven. */
  readonly amr: readonly string[];
  readonly caller: Caller;
  /** Consumes what proved the first factor, in the transaction that begins the challenge. */
  readonly consume?: ((tx: TransactionContext) => Promise<unknown>) | undefined;
}

export interface BegunChallenge {
  readonly data: ChallengeData;
  /** When a code can be sent, if a limit prevented it now. */
  readonly retryAt: number | null;
}

/**
 * Begins the second half of a login whose first factor was right. If SMS or email is the preferred method, a code is
 * sent at once, unless a limit is reached; `codeSent` tells. A code stays bound to its challenge (security.md M3): the
 * code of an earlier challenge does not answer this one. Otherwise an attacker with the password could complete a login
 * with any code that the owner is talked into reading out.
 */
export async function beginChallenge(context: Context, input: BeginChallengeInput): Promise<BegunChallenge> {
  const { user, known, amr, caller } = input;
  const id = context.makeId();
  const secret = makeSecret(context.random);
  const challenge = newOneTimeToken(context, {
    id,
    userId: user.id,
    purpose: 'challenge',
    secretHash: challengeTokens.hashSecret(secret),
    payload: { securityVersion: user.securityVersion, amr: amr.join(' '), device: sealDevice(context, { challengeId: id, known }) },
    ttlMs: TTL_MS,
  });
  const { methods, code, canUsePasskey } = await withTransaction(context, {
    caller,
    async work(tx) {
      await input.consume?.(tx);
      await tx.unit.oneTimeTokens.insert(challenge);
      await tx.unit.record({ type: 'login.challenged', outcome: 'success', userId: user.id });
      const canUsePasskey = await hasPasskey({ settings: tx.settings, store: tx.unit }, user.id);
      return { ...(await sendFirstCode(tx, { ...input, tokenId: id })), canUsePasskey };
    },
  });
  return {
    data: {
      challengeToken: challengeTokens.encode({ id, secret }),
      expiresAt: isoTime(challenge.expiresAt),
      methods: [...methods, ...(canUsePasskey ? (['passkey'] as const) : [])],
      codeSent: code?.kind === 'sent',
      userId: user.id,
      auth: { hasAccessToken: false, enable: true, status: 'PENDING_VERIFICATION', verified: false },
    },
    retryAt: code?.kind === 'limited' ? code.retryAt : null,
  };
}

async function sendFirstCode(tx: TransactionContext, { user, amr, tokenId, caller }: BeginChallengeInput & { readonly tokenId: string }) {
  const factors = (await tx.unit.factors.listConfirmed(user.id)).filter(({ method }) => isOffered(tx, method) && isSecondTo(amr, method));
  const methods = factors.map(({ method }) => method);
  const first = factors.find(({ method }) => method === preferredMethod(factors));
  const destination = first === undefined ? null : destinationOf(user, first);
  if (first === undefined || first.method === 'totp' || destination === null) return { methods, code: null };
  const { method } = first;
  const code = await sendCode(tx, { tokenId, userId: user.id, method, destination, use: 'login', caller });
  return { methods, code };
}

/** The login returns the device token when it completes. Until then the store must not hold it in plain text. */
function sealDevice(
  context: Context,
  { challengeId, known }: { readonly challengeId: string; readonly known: RecognizedDevice | null },
): string | null {
  if (known === null) return null;
  return seal(context, { plain: known.deviceToken, context: `challenge:${challengeId}` });
}
