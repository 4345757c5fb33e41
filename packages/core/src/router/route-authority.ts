import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { refusalOf, type AccessRule } from '../http/access.js';
import type { Authority, Caller } from '../model/caller.js';
import type { Authenticated } from '../model/principal.js';
import { isLive, type SessionState } from '../model/session-state.js';

interface Granted {
  readonly authenticated: Authenticated;
  readonly rule: AccessRule;
}

/** The authority of a request that was admitted by this session and this rule (security.md S9). */
export class RouteAuthority implements Authority {
  readonly #context: Context;
  readonly #granted: Granted;
  /** What `enforce` threw, if anything. */
  lost: AuthError | undefined;

  constructor(context: Context, granted: Granted) {
    this.#context = context;
    this.#granted = granted;
  }

  get userId(): string {
    return this.#granted.authenticated.state.user.id;
  }

  get sessionId(): string {
    return this.#granted.authenticated.state.session.id;
  }

  enforce(current: SessionState | null): void {
    const refusal = this.#refusalOf(current);
    if (refusal === null) return;
    this.lost = refusal;
    throw refusal;
  }

  #refusalOf(current: SessionState | null): AuthError | null {
    const { authenticated, rule } = this.#granted;
    // Role or password changed since the token was issued: the token is void (S6).
    const isOutdated = current?.user.securityVersion !== authenticated.claims.ver;
    if (current === null || isOutdated || !isLive(current, this.#context.clock.now())) return new AuthError('INVALID_TOKEN');
    return refusalOf(this.#context, { current, rule });
  }
}

/** A caller with its authority. The fields are read lazily, since most requests do not need them. */
export class AuthorizedCaller implements Caller {
  readonly authority: Authority;
  readonly #caller: Caller;

  constructor(caller: Caller, authority: Authority) {
    this.#caller = caller;
    this.authority = authority;
  }

  get ip(): string | null {
    return this.#caller.ip;
  }

  get userAgent(): string | null {
    return this.#caller.userAgent;
  }

  get signal(): AbortSignal | undefined {
    return this.#caller.signal;
  }
}
