import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface AuditOptions {
  /**
   * How long events are kept; older ones are purged by `maintain()`. They hold personal data, so they are not kept for
   * ever. Default `'365d'`, which covers a yearly review. At least a day.
   */
  readonly retention?: Duration | undefined;
  /**
   * Whether each routine refresh is stored. Default `false`: these rows would be the largest table. `onEvent` and
   * telemetry receive every refresh either way.
   */
  readonly refreshes?: boolean | undefined;
}

export interface AuditSettings {
  readonly retention: number;
  readonly refreshes: boolean;
}

export const auditOptions: Schema<AuditSettings> = v.strictObject({
  retention: v.optional(duration(DAY_MS), '365d'),
  refreshes: v.optional(v.boolean(), false),
});
