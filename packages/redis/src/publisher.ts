import type { BusContent } from './bus-message.js';

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/**
 * Sends messages without keeping any. Where some fail, all that is remembered is that they did, and the other processes are
 * told so when sending works again: no queue grows while Redis is away.
 */
export class Publisher {
  readonly #publish: (content: BusContent) => Promise<unknown>;
  readonly #underway = new Set<Promise<void>>();
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
        if (this.#retry === undefined) this.#tellLater(MIN_RETRY_MS);
      },
    );
    this.#underway.add(sending);
    void sending.then(() => this.#underway.delete(sending));
  }

  /** Waits for what is on its way, each of which has a time limit of its own. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await Promise.all(this.#underway);
  }

  #tellLater(afterMs: number): void {
    if (!this.#isClosed) this.#retry = setTimeout(() => void this.#tell(afterMs), afterMs).unref();
  }

  async #tell(afterMs: number): Promise<void> {
    // What is lost from here on may be lost after this message, and needs another.
    this.#hasLost = false;
    const isTold = await this.#publish({ kind: 'gap' }).then(
      () => true,
      () => false,
    );
    if (isTold && !this.#hasLost) this.#retry = undefined;
    else this.#tellLater(isTold ? MIN_RETRY_MS : Math.min(afterMs * 2, MAX_RETRY_MS));
  }
}
