/** What browsers have, and Node in part. */
interface Platform {
  readonly fetch: typeof fetch;
  readonly location?: { readonly href: string } | undefined;
  readonly navigator?: { readonly locks?: LockManager | undefined } | undefined;
  readonly BroadcastChannel?: typeof BroadcastChannel | undefined;
}

interface LockManager {
  request(name: string, options: { readonly signal: AbortSignal }, work: () => Promise<unknown>): Promise<unknown>;
}

export const platform: Platform = globalThis;
