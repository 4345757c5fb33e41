import type { Context } from '../../context.js';
import { settleOutcomes } from './settle-outcomes.js';
import type { Settling } from './settle-outcomes.js';

interface Waiting {
  readonly settling: Settling;
  readonly resolve: (kept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects the outcomes of deliveries that end in the same tick, and stores them in one transaction. */
export class OutcomeCollector {
  readonly #context: Context;
  #waiting: Waiting[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Stores the outcome together with others; resolves once it is stored, with whether the lease was still held. If the
   * transaction fails, it rejects for each of them: the caller then stores its own outcome alone.
   */
  settle(settling: Settling): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settling, resolve, reject });
      // After everything that is ready. The transaction belongs to the trace of the first message.
      if (this.#waiting.length === 1) process.nextTick(() => void this.#store());
    });
  }

  async #store(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const kept = await settleOutcomes(this.#context, waiting.map(({ settling }) => settling));
      waiting.forEach(({ resolve }, index) => resolve(kept[index] ?? false));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
