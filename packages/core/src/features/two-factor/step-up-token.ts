import type { SessionState } from '../../model/session-state.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import type { FactorSubject } from './find-subject.js';

const TTL_MS = 10 * 60_000;

/** The token that sent codes are bound to: the challenge, or the step-up of the session if one was begun. */
export function sentForSubject(
  { unit, clock }: TransactionContext,
  subject: FactorSubject,
): Promise<OneTimeTokenRecord | null> {
  // Read again in the transaction: the code may have been replaced since the challenge was read.
  if (subject.kind === 'challenge') return unit.oneTimeTokens.find(subject.challenge.id);
  const { session, user } = subject.state;
  return unit.oneTimeTokens.findLiveOf({ userId: user.id, purpose: 'step-up', subjectId: session.id }, clock.now());
}

/** Begins the step-up of a session, so that a code can be bound to it. The client gets no token for it. */
export async function beginStepUp(context: TransactionContext, { session, user }: SessionState): Promise<OneTimeTokenRecord> {
  const token = newOneTimeToken(context, { userId: user.id, purpose: 'step-up', subjectId: session.id, ttlMs: TTL_MS });
  await context.unit.oneTimeTokens.insert(token);
  return token;
}
