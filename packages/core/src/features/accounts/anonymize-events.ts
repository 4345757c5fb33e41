import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';

/** Bounds how long a concurrent request waits for the write lock. */
const BATCH = 500;
/**
 * Requests that were in progress when their account was removed may still write a refusal. This is longer than any
 * request takes.
 */
const LATEST_WRITE_MS = 10 * 60_000;
const AT_ONCE = 50;
const ROLES = ['subject', 'actor'] as const;

const never = (): boolean => false;

/**
 * Removes addresses and user agents from the events of a removed user. It works in batches outside of a transaction,
 * since a trail of years must not hold the write lock (security.md Z4). If the process or the store stops,
 * `resumeAnonymizations` does the rest.
 */
export async function anonymizeEvents(context: Context, userId: string): Promise<void> {
  try {
    await anonymizeAll(context, { userId, isCancelled: never });
    await context.database.scrub?.();
  } catch (error) {
    // The account is removed and the anonymization is recorded as pending, so the request succeeds all the same.
    context.logger.error('the events of a removed account are not anonymized yet; maintenance will retry', describeError(error));
  }
}

/**
 * Finishes the anonymizations that earlier removals left incomplete, in this or another process (security.md F2). One
 * is complete when no late write can follow it. Returns how many there were.
 */
export async function resumeAnonymizations(context: Context, { isCancelled }: { readonly isCancelled: () => boolean }): Promise<number> {
  const { store, clock } = context;
  const pending = await store.events.listAnonymizations(AT_ONCE);
  for (const { userId, requestedAt } of pending) {
    if (!(await anonymizeAll(context, { userId, isCancelled }))) break;
    if (requestedAt + LATEST_WRITE_MS < clock.now()) await store.events.completeAnonymization(userId);
  }
  return pending.length;
}

interface Anonymization {
  readonly userId: string;
  readonly isCancelled: () => boolean;
}

/** Returns false if it was cancelled before the end. */
async function anonymizeAll({ store }: Context, { userId, isCancelled }: Anonymization): Promise<boolean> {
  for (const role of ROLES) {
    for (let afterId: string | null = ''; afterId !== null; await yieldToEventLoop()) {
      if (isCancelled()) return false;
      afterId = await store.events.anonymize({ userId, role, afterId, limit: BATCH });
    }
  }
  return true;
}
