import { describe, expect, it } from 'vitest';
import { BoundedCache } from './bounded-cache.js';

describe('BoundedCache', () => {
  it.each([1, 2, 7, 100])('never holds more than its capacity of %d', (capacity) => {
    const cache = new BoundedCache<number>(capacity);
    for (let n = 0; n < 10 * capacity; n += 1) {
      cache.set(`key ${n}`, n);
      cache.get(`key ${n - 3}`);
      expect(cache.size).toBeLessThanOrEqual(capacity);
    }
    expect(cache.get(`key ${10 * capacity - 1}`)).toBe(10 * capacity - 1);
  });

  it('keeps an entry that is in use, for any number of new entries', () => {
    const cache = new BoundedCache<string>(10);
    cache.set('in use', 'kept');
    for (let n = 0; n < 1_000; n += 1) {
      cache.set(`key ${n}`, 'other');
      expect(cache.get('in use')).toBe('kept');
    }
    expect(cache.get('key 0')).toBeUndefined();
  });

  it('keeps the last half of its capacity, used or not', () => {
    const cache = new BoundedCache<number>(10);
    for (let n = 0; n < 50; n += 1) cache.set(`key ${n}`, n);
    for (let n = 45; n < 50; n += 1) expect(cache.get(`key ${n}`)).toBe(n);
  });

  it('forgets what was deleted or replaced, in either half', () => {
    const cache = new BoundedCache<number>(4);
    for (let n = 0; n < 4; n += 1) {
      cache.set('early', n);
      cache.set(`key ${n}`, n);
      expect(cache.get('early')).toBe(n);
    }
    cache.delete('early');
    expect(cache.get('early')).toBeUndefined();
    cache.clear();
    expect([cache.size, cache.get('key 3')]).toEqual([0, undefined]);
  });
});
