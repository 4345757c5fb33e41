import { platform } from './platform.js';

/**
 * The messages between the tabs of one application. They hold no token: tokens are in the storage or in cookies. A message says
 * that a session was refreshed, has begun, has changed its level or name, or has ended.
 */
export type TabMessage = 'refreshed' | 'began' | 'changed' | 'logout' | 'ended';

export interface TabChannel {
  readonly tell: (news: TabMessage) => void;
  readonly close: () => void;
}

export interface TabChannelParts {
  readonly name: string;
  /** The key of the session in the storage, if there is one. */
  readonly key: string;
  readonly onNews: (news: unknown) => void;
}

/** Connects the clients with this name, in other tabs or in this process. */
export function openTabChannel({ name, key, onNews }: TabChannelParts): TabChannel {
  const channel = platform.BroadcastChannel && new platform.BroadcastChannel(name);
  if (channel) {
    channel.onmessage = ({ data }: { readonly data?: unknown }) => onNews(data);
    // In Node the channel would keep the process running; browsers have no such method.
    if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
  }
  // A message can arrive before the change it reports: a tab's view of `localStorage` may lag behind.
  const onStorage = (event: { readonly key?: string | null }): void => {
    if (event.key === key) onNews('changed');
  };
  platform.addEventListener?.('storage', onStorage);
  return {
    tell: (news) => channel?.postMessage(news),
    close() {
      channel?.close();
      platform.removeEventListener?.('storage', onStorage);
    },
  };
}

const LOCK_TIMEOUT_MS = 1_000;

/**
 * Runs the work while no other tab does. Starts after a second in any case, since a suspended tab may hold the lock. The lock
 * only saves requests: refreshing twice does no harm (S1).
 */
export async function withTabLock<Result>({ name, work }: { readonly name: string; readonly work: () => Promise<Result> }): Promise<Result> {
  let begun: Promise<Result> | undefined;
  try {
    await platform.navigator?.locks?.request(name, { signal: AbortSignal.timeout(LOCK_TIMEOUT_MS) }, () => (begun = work()));
  } catch {
    // The wait timed out, the page has no locks, or the work has failed, which its own promise reports.
  }
  return begun ?? work();
}
