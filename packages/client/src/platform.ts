/** APIs that browsers have, and that Node has in part. */
interface Platform {
  readonly fetch: typeof fetch;
  readonly location?: { readonly href: string } | undefined;
  readonly history?: { readonly state: unknown; replaceState(state: unknown, unused: string, url: string): void } | undefined;
  readonly navigator?: { readonly locks?: LockManager | undefined } | undefined;
  readonly addEventListener?: ((type: 'storage', listener: StorageListener) => void) | undefined;
  readonly removeEventListener?: ((type: 'storage', listener: StorageListener) => void) | undefined;
  readonly BroadcastChannel?: typeof BroadcastChannel | undefined;
}

type StorageListener = (event: { readonly key?: string | null }) => void;

interface LockManager {
  request(name: string, options: { readonly signal: AbortSignal }, work: () => Promise<unknown>): Promise<unknown>;
}

export const platform: Platform = globalThis;
