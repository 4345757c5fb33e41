/** Calls that have started and not ended. */
export interface PendingCalls {
  count(): number;
  track<T>(call: Promise<T>): Promise<T>;
  /** Resolves when no call is left. */
  settled(): Promise<void>;
}

export function createPendingCalls(): PendingCalls {
  const calls = new Set<Promise<unknown>>();
  return {
    count: () => calls.size,
    track(call) {
      calls.add(call);
      const drop = () => void calls.delete(call);
      call.then(drop, drop);
      return call;
    },
    async settled() {
      while (calls.size > 0) await Promise.allSettled(calls);
    },
  };
}
