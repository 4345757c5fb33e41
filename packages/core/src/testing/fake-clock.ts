import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Clock } from '../ports/clock.js';

/** Time that moves only when a test moves it. */
export interface FakeClock extends Clock {
  /** Advances time by milliseconds, and calls each callback that becomes due at its own time, in order. */
  advance(durationMs: number): Promise<void>;
  /** Jumps to a time, in milliseconds since the epoch. Callbacks that became due wait for the next `advance`. */
  set(time: number): void;
}

interface Appointment {
  readonly at: number;
  readonly callback: () => void;
}

/** `start` is in milliseconds since the epoch. Default: the start of 2026, UTC. */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start;
  const appointments = new Set<Appointment>();

  const nextUntil = (end: number): Appointment | undefined => {
    let next: Appointment | undefined;
    for (const appointment of appointments) {
      // Of several callbacks at the same time, the first scheduled: a Set keeps the order.
      if (appointment.at <= end && (next === undefined || appointment.at < next.at)) next = appointment;
    }
    return next;
  };

  return {
    now: () => time,
    schedule(callback, delayMs) {
      const appointment: Appointment = { at: time + delayMs, callback };
      appointments.add(appointment);
      return () => void appointments.delete(appointment);
    },
    async advance(durationMs) {
      const end = time + durationMs;
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        appointments.delete(next);
        time = Math.max(time, next.at);
        next.callback();
        // The work of the callback may schedule another callback within the same advance.
        await yieldToEventLoop();
      }
      time = end;
    },
    set(moment) {
      time = moment;
    },
  };
}
