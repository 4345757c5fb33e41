import type { Caller, Deps } from './context.js';
import type { StoreVerbs } from './ports/store/store.js';
import type { OutgoingMessage } from './model/outgoing-message.js';
import type { AuthEvent, NewEvent } from './model/events.js';

export type TransactDeps = Pick<
  Deps,
  'store' | 'clock' | 'makeId' | 'emit' | 'sessionStates' | 'compose' | 'wakeDelivery'
>;

/** The store within a transaction, and what has to happen along with its changes. */
export interface UnitOfWork extends StoreVerbs {
  /** Writes an event that stands and falls with the changes it reports (security.md G1). */
  record(event: NewEvent): Promise<void>;
  /** Puts a message into the outbox: it leaves if, and only if, the changes are made. */
  send(message: OutgoingMessage): Promise<void>;
  /** Drops what this process believes of the user's sessions, once the changes are made (S6). */
  forgetState(userId: string): void;
}

/**
 * Runs `work` in one transaction together with its events. Within it only store verbs may be awaited. What has to be
 * kept although the request fails is returned, not thrown.
 */
export async function transact<T>(
  deps: TransactDeps,
  { caller, work }: { readonly caller: Caller; readonly work: (unit: UnitOfWork) => Promise<T> },
): Promise<T> {
  const events: AuthEvent[] = [];
  const changedUsers = new Set<string>();
  let hasMail = false;
  try {
    const result = await deps.store.transaction((tx) => {
      // A store may run the work again after a conflict.
      events.length = 0;
      hasMail = false;
      return work({
        ...tx,
        async send(message) {
          await tx.outbox.insert(deps.compose(message));
          hasMail = true;
        },
        async record(event) {
          const complete = completeEvent(deps, { caller, event });
          await tx.events.append(complete);
          events.push(complete);
        },
        forgetState: (userId) => changedUsers.add(userId),
      });
    });
    events.forEach(deps.emit);
    if (hasMail) deps.wakeDelivery();
    return result;
  } finally {
    // After a failure too: a commit whose answer was lost may have been made.
    for (const userId of changedUsers) deps.sessionStates.forget(userId);
  }
}

/** Writes one event that reports no change, such as a refusal. */
export async function recordEvent(
  deps: TransactDeps,
  { caller, event }: { readonly caller: Caller; readonly event: NewEvent },
): Promise<void> {
  await transact(deps, { caller, work: (unit) => unit.record(event) });
}

function completeEvent(
  deps: TransactDeps,
  { caller, event }: { readonly caller: Caller; readonly event: NewEvent },
): AuthEvent {
  const { userId = null, actorId = userId } = event;
  return {
    sessionId: null,
    detail: null,
    ...event,
    id: deps.makeId(),
    at: deps.clock.now(),
    userId,
    actorId,
    ip: caller.ip,
    userAgent: caller.userAgent,
  };
}
