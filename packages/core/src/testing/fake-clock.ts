import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../ports/clock.js';

/** Time that moves only when a test says so. */
export interface FakeClock extends Clock {
  /** Moves time on by milliseconds, calling back at its own moment, in order, what falls due on the way. */
  advance(durationMs: number): Promise<void>;
  /** Jumps to a moment, in milliseconds since the epoch. What fell due waits for the next `advance`. */
  set(time: number): void;
}

interface Appointment {
  readonly at: number;
  readonly callback: () => void;
}

/** `start` is in milliseconds since the epoch. Default: the first moment of 2026, UTC. */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start;
  const appointments = new Set<Appointment>();

  const nextUntil = (end: number): Appointment | undefined => {
    let next: Appointment | undefined;
    for (const appointment of appointments) {
      // Of several at one moment, the one made first: a Set keeps the order.
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
        // What the callback has begun may make an appointment of its own that falls into the same stretch.
        await turnOfTheLoop();
      }
      time = end;
    },
    set(moment) {
      time = moment;
    },
  };
}
