import { describe, expect, it } from 'vitest';
import { fakeClock } from './fake-clock.js';

describe('the fake clock', () => {
  it('calls back in order, each at its time, including timers that a callback sets', async () => {
    const clock = fakeClock(1000);
    const calls: string[] = [];
    const note = (name: string) => () => void calls.push(`${name} ${clock.now()}`);
    clock.schedule(note('late'), 30);
    clock.schedule(() => {
      note('first')();
      clock.schedule(note('arranged'), 5);
    }, 10);
    clock.schedule(note('second'), 10);
    clock.schedule(note('called off'), 10)();
    await clock.advance(20);
    expect(calls).toEqual(['first 1010', 'second 1010', 'arranged 1015']);
    expect(clock.now()).toBe(1020);
    await clock.advance(10);
    expect(calls.at(-1)).toBe('late 1030');
  });

  it('jumps without calling back, until time advances', async () => {
    const clock = fakeClock();
    let called = false;
    clock.schedule(() => (called = true), 10);
    clock.set(clock.now() + 60_000);
    expect(called).toBe(false);
    await clock.advance(0);
    expect(called).toBe(true);
  });
});
