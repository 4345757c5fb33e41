/**
 * A map that holds at most `capacity` entries, so that requests cannot fill the memory; those that were used last stay. The entries
 * are in two halves: one that is used moves to the newer half, and when that is full, the older half is dropped and the newer one
 * takes its place. So a hit is one look-up without a write, which moving the entry to the end of a single map would be.
 */
export class BoundedCache<Value> {
  #newer = new Map<string, Value>();
  #older = new Map<string, Value>();
  readonly #half: number;

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  get(key: string): Value | undefined {
    const newer = this.#newer.get(key);
    if (newer !== undefined) return newer;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    this.#older.delete(key);
    this.#newer.set(key, value);
    if (this.#newer.size < this.#half) return;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  delete(key: string): void {
    this.#newer.delete(key);
    this.#older.delete(key);
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}
