import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import type { NewEvent } from '../../model/events.js';
import { notifyAdministrators } from '../notifications/notify-administrators.js';
import { attemptKey } from './attempt-subject.js';
import type { AttemptSubject } from './attempt-subject.js';
import { tooManyRequests } from './too-many-requests.js';

/** How many are checked at once, and how many more may wait. */
export const PASSWORD_ATTEMPT_LIMITS = { concurrency: 5, maxWaiting: 64 } as const;

/** security.md L2: five attempts without a wait, then 30 seconds, doubling to an hour. */
const WAITS_MS = [
  0, 0, 0, 0, 30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000,
] as const;
const FREE = WAITS_MS.findIndex((wait) => wait > 0) + 1;
/** Longer than any wait: an attacker who lets the count expire has five guesses a day, one who goes on has 24. */
const FORGET_AFTER_MS = 24 * 3_600_000;

export interface Guess {
  readonly guesser: AttemptSubject;
  /** The owner of the password; `null` for an unknown account. */
  readonly userId: string | null;
  readonly caller: Caller;
}

/** Clears the count after a right password, in the transaction that follows. */
export type ClearAttempts = (tx: TransactionContext) => Promise<void>;

export interface PasswordAttempt<T> {
  readonly isRight: () => Promise<boolean>;
  /** The work after a right password. If it does not call `clear`, the count is cleared after it, also if it fails. */
  readonly whenRight: (clear: ClearAttempts) => Promise<T>;
}

/** Whether the password is right, by `isRight`. Counted as by `withPasswordAttempt`. */
export async function countPasswordAttempt(context: Context, guess: Guess, isRight: () => Promise<boolean>): Promise<boolean> {
  return (await withPasswordAttempt(context, guess, { isRight, whenRight: async () => true })) ?? false;
}

/**
 * Does the work after a right password; returns `null` for a wrong one. Too many wrong ones are `TOO_MANY_REQUESTS` (security.md
 * L2). A guess is counted as wrong before anything is computed, so that concurrent guesses are all counted; a right one clears the
 * count, and one that was never compared is taken back.
 */
export async function withPasswordAttempt<T>(context: Context, guess: Guess, attempt: PasswordAttempt<T>): Promise<T | null> {
  if (!context.settings.throttling.enabled) return (await attempt.isRight()) ? attempt.whenRight(async () => undefined) : null;
  const key = attemptKey(context, guess.guesser);
  // Held until the count is cleared: otherwise concurrent logins on many devices would be refused for right guesses.
  return context.passwordAttempts.run(key, () => decide(context, { guess, key, ...attempt }));
}

interface Decision<T> extends PasswordAttempt<T> {
  readonly guess: Guess;
  readonly key: string;
}

async function decide<T>(
  context: Context,
  { guess: { guesser, userId, caller }, key, isRight, whenRight }: Decision<T>,
): Promise<T | null> {
  const { store, clock } = context;
  // The client may have disconnected while this was queued.
  caller.signal?.throwIfAborted();
  const attempt = { key, userId, now: clock.now(), waitsMs: WAITS_MS, forgetAfterMs: FORGET_AFTER_MS };
  const outcome = await withTransaction(context, {
    caller,
    async work({ unit }) {
      const taken = await unit.attempts.take(attempt);
      // One event per wait: an event for each refusal would let an attack fill the database.
      if (taken.kind === 'refused' && taken.isFirst) await unit.record(throttled({ guesser, userId }));
      return taken;
    },
  });
  if (outcome.kind === 'refused') throw tooManyRequests(context, outcome.retryAt);
  const right = await isRight().catch(async (error: unknown) => {
    // Nothing was compared. An attacker who fills the hashing queue must not use up the owner's attempts.
    await store.attempts.refund(key, clock.now());
    throw error;
  });
  if (right) return clearedAfter(context, { key, whenRight });
  if (guesser.by === 'admin-password' && outcome.count === FREE) {
    // Only the first wait is reported: otherwise an attacker would control how many mails are sent.
    await withTransaction(context, { caller, work: (tx) => notifyAdministrators(tx, { notice: 'admin-password-guessed', caller }) });
  }
  return null;
}

async function clearedAfter<T>(
  { store }: Context,
  { key, whenRight }: Pick<Decision<T>, 'key' | 'whenRight'>,
): Promise<T> {
  let isCleared = false;
  try {
    const result = await whenRight(async ({ unit }) => {
      await unit.attempts.clear([key]);
      isCleared = true;
    });
    if (!isCleared) await store.attempts.clear([key]);
    return result;
  } catch (error) {
    // The password was right, whatever failed after it. If this fails too, the caller gets the first error.
    await store.attempts.clear([key]).catch(() => undefined);
    throw error;
  }
}

function throttled({ guesser, userId }: Omit<Guess, 'caller'>): NewEvent {
  return {
    type: 'password.throttled',
    outcome: 'failure',
    userId,
    actorId: null,
    sessionId: guesser.by === 'session' ? guesser.sessionId : null,
    detail: { by: guesser.by },
  };
}
