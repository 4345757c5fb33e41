import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import { orFalse } from '../../foundation/or-false.js';
import type { Schema } from '../../foundation/parse.js';

const MINUTE_MS = 60_000;
/** The limit of Node's timers is 24 days, and a pause may be half as long again. */
const MAX_MS = 7 * 24 * 60 * MINUTE_MS;

export interface MaintenanceOptions {
  /**
   * Interval of the automatic purge of expired rows, from `'1m'` to `'7d'`. Pauses are random, from half to one and a
   * half of it, so that several processes do not all purge at once. Default `'1h'`.
   */
  readonly every?: Duration | undefined;
}

export interface MaintenanceSettings {
  /** `null`: only when `maintain()` is called. */
  readonly every: number | null;
}

const onTimer = v.strictObject({
  every: v.optional(v.pipe(duration(MINUTE_MS), v.check((ms) => !(ms > MAX_MS), 'must be at most 7 days')), '1h'),
});

export const maintenanceOptions: Schema<MaintenanceSettings> = orFalse<MaintenanceSettings>(onTimer, {
  off: { every: null },
  message: 'must be { every } or false',
});
