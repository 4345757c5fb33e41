import { platform } from './platform.js';

/**
 * What the tabs of one application tell each other: never a token, since those are in the storage or in cookies. A session
 * was refreshed, has begun, is of another level or another name, or is over.
 */
export type News = 'refreshed' | 'began' | 'changed' | 'logout' | 'ended';

export interface TabChannel {
  readonly tell: (news: News) => void;
  readonly close: () => void;
}

export interface TabChannelParts {
  readonly name: string;
  /** Where the session is stored, where it is. */
  readonly key: string;
  readonly onNews: (news: unknown) => void;
}

/** Speaks with the other clients of that name, in other tabs or in this process. */
export function openTabChannel({ name, key, onNews }: TabChannelParts): TabChannel {
  const channel = platform.BroadcastChannel && new platform.BroadcastChannel(name);
  if (channel) {
    channel.onmessage = ({ data }: { readonly data?: unknown }) => onNews(data);
    // Node would be kept running by it; browsers have no such method.
    if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
  }
  // A message can overtake what it is about: a tab's view of `localStorage` may lag behind.
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

const PATIENCE_MS = 1_000;

/**
 * Does the work while no other tab does, or after a second all the same: one that was put to sleep may hold the lock. Only
 * saves requests, since refreshing twice does no harm (S1).
 */
export async function alone<Result>({ name, work }: { readonly name: string; readonly work: () => Promise<Result> }): Promise<Result> {
  let begun: Promise<Result> | undefined;
  try {
    await platform.navigator?.locks?.request(name, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => (begun = work()));
  } catch {
    // Waited for long enough, or this page may have no locks; or the work has failed, as its own promise tells.
  }
  return begun ?? work();
}
