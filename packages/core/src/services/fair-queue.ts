/**
 * A line in which each source has a queue of its own and the sources take turns: whoever sends a
 * thousand waits for them all, and holds up nobody else by more than one. When there is no room left, who comes from a
 * source with fewer waiting takes the place of the last of the source that has the most.
 */
export class FairQueue<Waiting> {
  /** In the order of their turns: a map keeps that of insertion. */
  readonly #bySource = new Map<string, Waiting[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Whoever there is no room for if so many may wait: somebody who stood in line, or the one who came. */
  enter(source: string, waiting: Waiting, capacity = Infinity): Waiting | null {
    let evicted: Waiting | null = null;
    if (this.#length >= capacity) {
      const longest = this.#longest();
      // Of as many after it as before, both are as well off: no reason to send away who has waited.
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

  /** The next one that is ready, whose source goes to the end of the turns. Others keep their place. */
  next(isReady: (waiting: Waiting) => boolean): Waiting | undefined {
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

  /** Somebody goes away by himself. */
  leave(source: string, waiting: Waiting): void {
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
