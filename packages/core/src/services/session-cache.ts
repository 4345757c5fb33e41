import { BoundedCache } from '../foundation/bounded-cache.js';
import type { Clock } from '../ports/clock.js';
import type { AuthStore } from '../ports/store/store.js';
import { isLive, type SessionState } from '../model/session-state.js';

interface Entry {
  readonly state: SessionState;
  readonly readAt: number;
}

export interface SessionCacheInput {
  readonly store: Pick<AuthStore, 'sessions'>;
  readonly clock: Clock;
  /** How long an entry is used; `0` always reads the store. */
  readonly ttlMs: number;
}

const MAX_USERS = 20_000;

/**
 * The live sessions that this process has read. Used on every authenticated request, so that logout is immediate
 * although tokens are stateless (security.md S6). A change in this process takes effect at once; a change in another
 * takes effect at once with a bus, and within `stateTtl` without one.
 */
export class SessionCache {
  readonly #users = new BoundedCache<Map<string, Entry>>(MAX_USERS);
  /** Users that are being read, and whether one of them changed during the read. */
  readonly #reads = new Map<string, { count: number; changed: boolean }>();
  readonly #store: Pick<AuthStore, 'sessions'>;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor({ store, clock, ttlMs }: SessionCacheInput) {
    this.#store = store;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  /** The session and its user if both are valid now, else `null`. */
  async live(userId: string, sessionId: string): Promise<SessionState | null> {
    return this.#valid(userId, this.#cached(userId, sessionId) ?? (await this.#read(userId, sessionId)));
  }

  /** The session and its user if they are cached and both valid now; `null` if the store must be read. */
  known(userId: string, sessionId: string): SessionState | null {
    return this.#valid(userId, this.#cached(userId, sessionId));
  }

  #valid(userId: string, state: SessionState | null | undefined): SessionState | null {
    return state?.user.id === userId && isLive(state, this.#clock.now()) ? state : null;
  }

  #cached(userId: string, sessionId: string): SessionState | undefined {
    const entry = this.#users.get(userId)?.get(sessionId);
    return entry !== undefined && this.#isFresh(entry, this.#clock.now()) ? entry.state : undefined;
  }

  /** Entries from the future are ignored: if the clock went back by an hour, they would be used for an hour. */
  #isFresh({ readAt }: Entry, now: number): boolean {
    return readAt <= now && now < readAt + this.#ttlMs;
  }

  /** Removes the user's sessions from the cache. */
  forget(userId: string): void {
    this.#users.delete(userId);
    const reads = this.#reads.get(userId);
    if (reads !== undefined) reads.changed = true;
  }

  /** Clears the cache, for example when messages of other processes may have been lost. */
  forgetAll(): void {
    this.#users.clear();
    for (const reads of this.#reads.values()) reads.changed = true;
  }

  async #read(userId: string, sessionId: string): Promise<SessionState | null> {
    const reads = this.#reads.get(userId) ?? { count: 0, changed: false };
    this.#reads.set(userId, reads);
    reads.count += 1;
    try {
      const state = await this.#store.sessions.findWithUser(sessionId);
      // A read that began before a change may return the old state: good enough for the request that asked, but not for
      // a later one.
      if (state !== null && !reads.changed) this.#keep(userId, sessionId, state);
      return state;
    } finally {
      reads.count -= 1;
      if (reads.count === 0) this.#reads.delete(userId);
    }
  }

  #keep(userId: string, sessionId: string, state: SessionState): void {
    if (this.#ttlMs === 0) return;
    const sessions = this.#users.get(userId) ?? new Map<string, Entry>();
    sessions.set(sessionId, { state, readAt: this.#clock.now() });
    this.#users.set(userId, sessions);
  }
}
