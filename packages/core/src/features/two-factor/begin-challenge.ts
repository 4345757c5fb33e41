import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import { hasPasskey } from '../../http/has-passkey.js';
import type { Caller } from '../../model/caller.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import type { ChallengeData } from '../login/schema.js';
import { makeChallenge, type NewChallenge } from './make-challenge.js';
import { sendFirstCode } from './send-first-code.js';

export interface BeginChallengeInput extends NewChallenge {
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
  const { user, amr, caller } = input;
  const { challenge, challengeToken } = makeChallenge(context, input);
  const { methods, code, canUsePasskey } = await withTransaction(context, {
    caller,
    async work(tx) {
      await input.consume?.(tx);
      await tx.unit.oneTimeTokens.insert(challenge);
      await tx.unit.record({ type: 'login.challenged', outcome: 'success', userId: user.id });
      const canUsePasskey = await hasPasskey({ settings: tx.settings, store: tx.unit }, user.id);
      return { ...(await sendFirstCode(tx, { tokenId: challenge.id, user, amr, caller })), canUsePasskey };
    },
  });
  return {
    data: {
      challengeToken,
      expiresAt: isoTime(challenge.expiresAt),
      methods: [...methods, ...(canUsePasskey ? (['passkey'] as const) : [])],
      codeSent: code?.kind === 'sent',
      userId: user.id,
      auth: { hasAccessToken: false, enable: true, status: 'PENDING_VERIFICATION', verified: false },
    },
    retryAt: code?.kind === 'limited' ? code.retryAt : null,
  };
}
