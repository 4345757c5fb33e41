import type { SessionState } from '../../model/session-state.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { FactorSubject } from './find-subject.js';

const TTL_MS = 10 * 60_000;

/** What codes are sent for: the challenge itself, or the step-up of a session, where one was begun. */
export function sentForSubject(
  { unit, clock }: TransactionContext,
  subject: FactorSubject,
): Promise<OneTimeTokenRecord | null> {
  // Read again within the transaction: the code may have been replaced since the challenge was found.
  if (subject.kind === 'challenge') return unit.oneTimeTokens.find(subject.challenge.id);
  const { session, user } = subject.state;
  return unit.oneTimeTokens.findLiveOf({ userId: user.id, purpose: 'step-up', subjectId: session.id }, clock.now());
}

/** Begins the step-up of a session: something for codes to be bound to, which no token stands for. */
export async function beginStepUp(
  { unit, clock, makeId }: TransactionContext,
  { session, user }: SessionState,
): Promise<OneTimeTokenRecord> {
  const now = clock.now();
  const token: OneTimeTokenRecord = {
    id: makeId(),
    userId: user.id,
    purpose: 'step-up',
    secretHash: null,
    subjectId: session.id,
    code: null,
    payload: {},
    attempts: 0,
    createdAt: now,
    expiresAt: now + TTL_MS,
    consumedAt: null,
  };
  await unit.oneTimeTokens.insert(token);
  return token;
}
