interface KeyState {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Limits how many guesses under one key are checked at the same time in this process; the others wait until one was
 * found right or wrong. A guess counts as wrong until it is known to be right. Without this limit, a user who logs in
 * on many devices at once would be refused although all guesses were right. If more than `maxWaiting` wait, further
 * ones run at once.
 */
export class KeyedSemaphore {
  readonly #byKey = new Map<string, KeyState>();
  readonly #concurrency: number;
  readonly #maxWaiting: number;

  constructor({ concurrency, maxWaiting }: { readonly concurrency: number; readonly maxWaiting: number }) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#byKey.get(key) ?? { running: 0, waiting: [] };
    this.#byKey.set(key, turns);
    if (turns.running >= this.#concurrency && turns.waiting.length < this.#maxWaiting) {
      await new Promise<void>((resolve) => turns.waiting.push(resolve));
    } else {
      turns.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = turns.waiting.shift();
      // The next one takes over this place.
      if (next !== undefined) next();
      else if ((turns.running -= 1) === 0) this.#byKey.delete(key);
    }
  }
}
