import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';

/** What a request beside it waits for at most. */
const BATCH = 500;
/** Requests that were under way when their account was removed may still write a refusal. Longer than any of them takes. */
const LATE_WRITES_MS = 10 * 60_000;
const AT_ONCE = 50;
const ROLES = ['subject', 'actor'] as const;

const never = (): boolean => false;

/**
 * Forgets where the events of a removed user came from, in batches outside of any transaction: a trail of years must not hold the
 * write lock (security.md Z4). What is left over, because the process or the store ends, is done by `resumeAnonymizations`.
 */
export async function anonymizeEvents(context: Context, userId: string): Promise<void> {
  try {
    await anonymizeAll(context, { userId, isCancelled: never });
    await context.database.scrub?.();
  } catch (error) {
    // The account is gone, and the request remembered: no reason to tell the person that it failed.
    context.logger.error('events of a removed account are still to be anonymized', describeError(error));
  }
}

/**
 * Anonymizes what earlier removals have left over, whichever process they were in (security.md F2). A request is completed
 * when no late write can follow it. Returns how many requests there were.
 */
export async function resumeAnonymizations(context: Context, { isCancelled }: { readonly isCancelled: () => boolean }): Promise<number> {
  const { store, clock } = context;
  const pending = await store.events.listAnonymizations(AT_ONCE);
  for (const { userId, requestedAt } of pending) {
    if (!(await anonymizeAll(context, { userId, isCancelled }))) break;
    if (requestedAt + LATE_WRITES_MS < clock.now()) await store.events.completeAnonymization(userId);
  }
  return pending.length;
}

interface Anonymization {
  readonly userId: string;
  readonly isCancelled: () => boolean;
}

/** False if it was cancelled before the end. */
async function anonymizeAll({ store }: Context, { userId, isCancelled }: Anonymization): Promise<boolean> {
  for (const role of ROLES) {
    for (let afterId: string | null = ''; afterId !== null; await turnOfTheLoop()) {
      if (isCancelled()) return false;
      afterId = await store.events.anonymize({ userId, role, afterId, limit: BATCH });
    }
  }
  return true;
}
