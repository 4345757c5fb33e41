import { AuthClientError, AuthConnectionError } from './errors.js';
import { routeOf } from './routes.js';
import type { Answer, AnswerData, RouteRequest } from './send-request.js';
import type { EndReason, SessionState } from './session-state.js';
import { withTabLock } from './tab-channel.js';
import type { TabChannel } from './tab-channel.js';
import type { TokenStore } from './tokens.js';

/** The credential of a request: the access token in bearer mode, the number of refreshes in cookie mode. */
export type Proof = string | number | undefined;

type State = SessionState<unknown>;
type MeData = Omit<Extract<State, { readonly status: 'signed-in' }>, 'status'>;

export interface SessionKeeper {
  /** The last known session state. */
  readonly session: () => State;
  readonly listeners: Set<(session: State) => void>;
  /** Changes whenever a session begins or ends. Responses to requests of an earlier epoch are ignored. */
  readonly epoch: () => number;
  /** The current credential for a request. */
  readonly current: () => Promise<Proof>;
  /** The same, after a refresh if the access token is known to have expired. */
  readonly proof: () => Promise<Proof>;
  /** Gets a newer credential than `proof`. `false` if there is no session. Throws if the server cannot tell. */
  readonly renew: (proof: Proof) => Promise<boolean>;
  /** Stores the tokens of a response. */
  readonly keep: (answer: Answer) => Promise<void>;
  /** The same, with the first tokens of a session. */
  readonly begin: (answer: Answer) => Promise<void>;
  /** Ends the session, here and in the other tabs. */
  readonly end: (reason: EndReason) => Promise<void>;
  /** Applies the response of `GET /me`, requested in this epoch. */
  readonly learn: (data: AnswerData | undefined, epoch: number) => void;
  /** Loads the session. */
  readonly load: () => Promise<State>;
  /** Applies a message of another tab. */
  readonly receive: (news: unknown) => void;
}

export interface KeeperParts {
  readonly isCookieMode: boolean;
  readonly store: TokenStore;
  readonly name: string;
  readonly tell: TabChannel['tell'];
  readonly ask: (request: RouteRequest) => Promise<Answer>;
  readonly fetchMe: () => Promise<unknown>;
}

/** Refresh this long before expiry, so that the token does not expire in transit. */
const MARGIN_MS = 2_000;

/** The error codes that end a session. Anything else, such as a 503 or a lost connection, says nothing about it. */
const SESSION_ENDED_CODES = /^(INVALID_REFRESH_TOKEN|REFRESH_TOKEN_REUSED|SESSION_EXPIRED)$/;

export function createSessionKeeper({ isCookieMode, store, name, tell, ask, fetchMe }: KeeperParts): SessionKeeper {
  const listeners: SessionKeeper['listeners'] = new Set();
  let session: State = { status: 'loading' };
  let epoch = 0;
  /** The epoch whose session state is known. */
  let known = -1;
  let refreshes = 0;
  let flight: Promise<boolean> | undefined;

  const show = (next: State): void => {
    session = next;
    // Call each listener separately: an error of one is reported as the application's, and must not interrupt a login or a
    // refresh.
    for (const listener of listeners) queueMicrotask(() => listener(next));
  };

  const showEnd = (reason: EndReason): void => {
    const { status } = session;
    if (reason !== 'none') show({ status: 'signed-out', reason });
    else if (status !== 'signed-out') show({ status: 'signed-out', reason: status === 'signed-in' ? 'ended' : reason });
  };

  const showFault = (error: unknown): void => {
    const isRefusal = error instanceof AuthClientError;
    if (isRefusal && error.status === 401) showEnd('none');
    else if (isRefusal && error.code === 'TWO_FACTOR_SETUP_REQUIRED') show({ status: 'setup-required' });
    // A user who was known to be signed in still is.
    else if (session.status === 'signed-in' && known === epoch) return;
    else if (isRefusal || error instanceof AuthConnectionError) show({ status: 'unreachable', error });
  };

  const readRefreshToken = async (): Promise<string | undefined> => (await store.readTokens())?.refreshToken;

  const current: SessionKeeper['current'] = async () => (isCookieMode ? refreshes : (await store.readTokens())?.accessToken);

  const keep: SessionKeeper['keep'] = async ({ data, meta }) => {
    const { accessToken, refreshToken = await readRefreshToken(), deviceToken, expiresAt = '' } = data ?? {};
    if (deviceToken) await store.writeDevice(deviceToken);
    if (!accessToken || !refreshToken) return;
    // Use a duration by the server's clock: this machine's clock may be off by years.
    const span = Date.parse(expiresAt) - Date.parse(meta?.timestamp ?? '');
    await store.writeTokens({ accessToken, refreshToken, endsAt: Date.now() + span });
  };

  const end: SessionKeeper['end'] = async (reason) => {
    epoch += 1;
    await store.writeTokens(null);
    if (reason !== 'none') tell(reason);
    showEnd(reason);
  };

  /** Whether a newer credential than the proof exists. Refreshes unless another tab has done so. */
  const refresh = async (proof: Proof): Promise<boolean> => {
    const refreshToken = await readRefreshToken();
    if (!isCookieMode && !refreshToken) return false;
    if ((await current()) !== proof) return true;
    const since = epoch;
    const { path: url, method } = routeOf('refresh');
    try {
      const answer = await ask({ url, method, body: { refreshToken } });
      // A concurrent logout or login, here or in another tab, takes precedence.
      if (since !== epoch) return false;
      if ((await readRefreshToken()) === refreshToken) await keep(answer);
    } catch (error) {
      if (!(error instanceof AuthClientError) || since !== epoch) throw error;
      // In cookie mode a request without the cookie lacks its only field.
      const isNobody = isCookieMode && error.code === 'VALIDATION_FAILED';
      if (!isNobody && !SESSION_ENDED_CODES.test(error.code)) throw error;
      const now = await readRefreshToken();
      if (now && now !== refreshToken) return true;
      await end(isNobody ? 'none' : 'ended');
      return false;
    }
    refreshes += 1;
    tell('refreshed');
    return true;
  };

  const renew: SessionKeeper['renew'] = (proof) =>
    (flight ??= withTabLock({ name, work: () => refresh(proof) }).finally(() => {
      flight = undefined;
    }));

  const load: SessionKeeper['load'] = async () => {
    const since = epoch;
    try {
      // In cookie mode only the server can tell.
      if (isCookieMode || (await current())) await fetchMe();
      else showEnd('none');
    } catch (error) {
      if (since === epoch) showFault(error);
    }
    return session;
  };

  return {
    session: () => session,
    listeners,
    epoch: () => epoch,
    current,
    async proof() {
      const tokens = await store.readTokens();
      // If the expiry is not known, only the server can tell.
      if (tokens && Date.now() >= tokens.endsAt - MARGIN_MS) await renew(tokens.accessToken);
      return current();
    },
    renew,
    keep,
    async begin(answer) {
      epoch += 1;
      await keep(answer);
      tell('began');
    },
    end,
    learn(data, since) {
      if (since !== epoch || !isMe(data)) return;
      known = epoch;
      show({ status: 'signed-in', ...data });
    },
    load,
    receive(news) {
      if (news === 'refreshed') refreshes += 1;
      else if (news !== 'changed') epoch += 1;
      if (news === 'logout' || news === 'ended') showEnd(news);
      // Nothing to load if nobody has asked for the session.
      else if (news !== 'refreshed' && listeners.size > 0) void load();
    },
  };
}

const isMe = (data: AnswerData | undefined): data is AnswerData & MeData => data?.user !== undefined && data.auth !== undefined;
