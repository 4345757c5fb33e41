import type { BusContent } from './bus-message.js';

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/**
 * Sends messages without a queue. If some fail, only that fact is stored, and the other processes are told once sending works
 * again. So nothing grows while Redis is down.
 */
export class Publisher {
  readonly #publish: (content: BusContent) => Promise<unknown>;
  readonly #pending = new Set<Promise<void>>();
  #hasLost = false;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(publish: (content: BusContent) => Promise<unknown>) {
    this.#publish = publish;
  }

  send(content: BusContent): void {
    const sending = this.#publish(content).then(
      () => undefined,
      () => {
        this.#hasLost = true;
        if (this.#retry === undefined) this.#announceLater(MIN_RETRY_MS);
      },
    );
    this.#pending.add(sending);
    void sending.then(() => this.#pending.delete(sending));
  }

  /** Waits for the pending messages, each of which has its own timeout. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await Promise.all(this.#pending);
  }

  #announceLater(afterMs: number): void {
    if (!this.#isClosed) this.#retry = setTimeout(() => void this.#tell(afterMs), afterMs).unref();
  }

  async #tell(afterMs: number): Promise<void> {
    // A message lost from here on may be lost after this one was sent, and needs another gap message.
    this.#hasLost = false;
    const isAnnounced = await this.#publish({ kind: 'gap' }).then(
      () => true,
      () => false,
    );
    if (isAnnounced && !this.#hasLost) this.#retry = undefined;
    else this.#announceLater(isAnnounced ? MIN_RETRY_MS : Math.min(afterMs * 2, MAX_RETRY_MS));
  }
}
