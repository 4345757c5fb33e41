import type { Authority, Caller } from './model/caller.js';
import type { Context } from './context.js';
import { AuthError, type ErrorCode } from './errors.js';
import type { OutboxRecord } from './ports/store/outbox.js';
import type { StoreMethods } from './ports/store/store.js';
import { refusalKey } from './model/refusal-key.js';
import type { OutgoingMessage } from './model/outgoing-message.js';
import type { AuthEvent, NewEvent } from './model/events.js';

/** The store within a transaction, and the effects that go with its changes. */
export interface UnitOfWork extends StoreMethods {
  /** Writes an event in the same transaction as the changes that it reports (security.md G1). */
  record(event: NewEvent): Promise<void>;
  /** Writes a message to the outbox: it is sent if, and only if, the changes are committed. */
  send(message: OutgoingMessage): Promise<void>;
  /** Removes the user's sessions from the caches of all processes, once the changes are committed (S6). */
  invalidateSessionCache(userId: string): void;
}

/** The context of work inside a transaction. Its `store` is the transaction's, so use-case parts run inside or outside of one. */
export interface TransactionContext extends Context {
  readonly unit: UnitOfWork;
}

/**
 * Runs `work` in one transaction together with its events. It first checks the caller's authority on the state that the
 * transaction sees: a request whose session ended since it was admitted writes nothing (security.md S9).
 *
 * Within `work` only store methods may be awaited. If the changes must be kept although the request fails, return the failure
 * instead of throwing it.
 */
export async function withTransaction<T>(
  context: Context,
  { caller, work }: { readonly caller: Caller; readonly work: (tx: TransactionContext) => Promise<T> },
): Promise<T> {
  const events: AuthEvent[] = [];
  const changedUsers = new Set<string>();
  const messages: OutboxRecord[] = [];
  const { authority } = caller;
  try {
    const result = await context.database.transaction(async (store) => {
      // A store may run the work again after a conflict.
      events.length = 0;
      context.delivery.release(messages.splice(0));
      if (authority !== undefined) await enforceAuthority({ authority, store, changedUsers });
      const unit: UnitOfWork = {
        ...store,
        async send(message) {
          const record = context.delivery.lease(context.sealMessage(message));
          messages.push(record);
          await store.outbox.insert(record);
        },
        async record(event) {
          events.push(await storeEvent(store, completeEvent(context, { caller, event })));
        },
        invalidateSessionCache: (userId) => changedUsers.add(userId),
      };
      return work({ ...context, store, unit });
    });
    events.forEach(context.emit);
    context.delivery.deliver(messages);
    return result;
  } catch (error) {
    context.delivery.release(messages);
    throw error;
  } finally {
    // Also after a failure: the commit may have succeeded although its answer was lost.
    invalidateSessions(context, [...changedUsers]);
  }
}

/** Removes the users' sessions from the caches of all processes (S6). Call it after the change, also if it failed. */
export function invalidateSessions({ sessionCache, bus }: Context, userIds: readonly string[]): void {
  if (userIds.length === 0) return;
  for (const userId of userIds) sessionCache.forget(userId);
  bus?.publish(userIds);
}

async function enforceAuthority({ authority, store, changedUsers }: AuthorityCheck): Promise<void> {
  try {
    authority.enforce(await store.sessions.findWithUser(authority.sessionId));
  } catch (refusal) {
    // The request was admitted by the cache, so the cache is outdated.
    changedUsers.add(authority.userId);
    throw refusal;
  }
}

interface AuthorityCheck {
  readonly authority: Authority;
  readonly store: StoreMethods;
  readonly changedUsers: Set<string>;
}

/** Passes an event to `onEvent` that is not stored, once it has happened. */
export function emitEvent(context: Context, { caller, event }: { readonly caller: Caller; readonly event: NewEvent }): void {
  context.emit(completeEvent(context, { caller, event }));
}

/** An event that reports no change. */
export type Refusal = Extract<NewEvent, { readonly outcome: 'failure' }>;

/** Writes the event of a refusal. It needs no authority: refusals are always recorded. */
export async function recordRefusal(
  context: Context,
  { caller, event }: { readonly caller: Caller; readonly event: Refusal },
): Promise<void> {
  const { ip, userAgent } = caller;
  await withTransaction(context, { caller: { ip, userAgent }, work: ({ unit }) => unit.record(event) });
}

/** Writes the event of a refusal, then fails with this code. */
export async function refuse(
  context: Context,
  { code, ...refusal }: { readonly code: ErrorCode; readonly caller: Caller; readonly event: Refusal },
): Promise<never> {
  await recordRefusal(context, refusal);
  throw new AuthError(code);
}

/** The event as it is stored. Refusals of one kind are counted in one row an hour (security.md Z4). */
async function storeEvent(store: StoreMethods, event: AuthEvent): Promise<AuthEvent> {
  if (event.outcome === 'failure') return { ...event, ...(await store.events.appendRefusal(event, refusalKey(event))) };
  await store.events.append(event);
  return event;
}

function completeEvent(
  context: Context,
  { caller, event }: { readonly caller: Caller; readonly event: NewEvent },
): AuthEvent {
  const { userId = null, actorId = userId } = event;
  return {
    sessionId: null,
    detail: null,
    count: 1,
    lastAt: null,
    ...event,
    id: context.makeId(),
    at: context.clock.now(),
    userId,
    actorId,
    ip: caller.ip,
    userAgent: caller.userAgent,
  };
}
