/**
 * A queue with a sub-queue for each source, served in turns: a source that sends a thousand requests delays any other source by
 * one request only. When the queue is full, a request from a source with fewer waiting replaces the last request of the source
 * with the most.
 */
export class FairQueue<Waiting> {
  /** In the order in which the sources are served: a map keeps the order of insertion. */
  readonly #bySource = new Map<string, Waiting[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a request. Returns the request that was evicted to keep to the capacity: an earlier one, or this one itself. */
  enqueue(source: string, waiting: Waiting, capacity = Infinity): Waiting | null {
    let evicted: Waiting | null = null;
    if (this.#length >= capacity) {
      const longest = this.#longest();
      // Evicting would only swap which source is longest, so the request that was queued first stays.
      if (longest.length <= (this.#bySource.get(source)?.length ?? 0) + 1) return waiting;
      evicted = longest.pop() ?? null;
      this.#length -= 1;
    }
    const queue = this.#bySource.get(source);
    if (queue === undefined) this.#bySource.set(source, [waiting]);
    else queue.push(waiting);
    this.#length += 1;
    return evicted;
  }

  /** Removes the next request that is ready and moves its source to the end. Other sources keep their place. */
  dequeue(isReady: (waiting: Waiting) => boolean): Waiting | undefined {
    for (const [source, queue] of this.#bySource) {
      const at = queue.findIndex(isReady);
      if (at === -1) continue;
      const [ready] = queue.splice(at, 1);
      this.#bySource.delete(source);
      if (queue.length > 0) this.#bySource.set(source, queue);
      this.#length -= 1;
      return ready;
    }
    return undefined;
  }

  /** Removes a request whose client has given up. */
  remove(source: string, waiting: Waiting): void {
    const queue = this.#bySource.get(source);
    const at = queue?.indexOf(waiting) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#bySource.delete(source);
    this.#length -= 1;
  }

  #longest(): Waiting[] {
    let longest: Waiting[] = [];
    for (const queue of this.#bySource.values()) if (queue.length > longest.length) longest = queue;
    return longest;
  }
}
