import type { Context } from '../../context.js';
import { open, seal } from '../../crypto/sealed.js';
import { makeSecret } from '../../crypto/secret-token.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import { challengeTokens } from './challenge-token.js';

const TTL_MS = 10 * 60_000;

export interface NewChallenge {
  readonly user: UserRecord;
  readonly known: RecognizedDevice | null;
  /** How the first factor was proven. */
  readonly amr: readonly string[];
}

export interface MadeChallenge {
  readonly challenge: OneTimeTokenRecord;
  readonly challengeToken: string;
}

/** A new challenge, not stored yet. It remembers the first factor and the device. */
export function makeChallenge(context: Context, { user, known, amr }: NewChallenge): MadeChallenge {
  const id = context.makeId();
  const secret = makeSecret(context.random);
  const challenge = newOneTimeToken(context, {
    id,
    userId: user.id,
    purpose: 'challenge',
    secretHash: challengeTokens.hashSecret(secret),
    // The login returns the device token when it completes. Until then the store must not hold it in plain text.
    payload: {
      securityVersion: user.securityVersion,
      amr: amr.join(' '),
      device: known === null ? null : seal(context, { plain: known.deviceToken, context: contextOf(id) }),
    },
    ttlMs: TTL_MS,
  });
  return { challenge, challengeToken: challengeTokens.encode({ id, secret }) };
}

/** The token of the device that began the challenge, if it was recognized. */
export function deviceTokenOf({ keyring }: Context, { id, payload: { device: sealed } }: OneTimeTokenRecord): string | undefined {
  return typeof sealed === 'string' ? (open(keyring, { sealed, context: contextOf(id) }) ?? undefined) : undefined;
}

const contextOf = (id: string): string => `challenge:${id}`;
