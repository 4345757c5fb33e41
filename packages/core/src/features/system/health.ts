import type { Context } from '../../context.js';
import * as v from 'valibot';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';

const PING_TIMEOUT_MS = 2_000;
const BYTES_PER_MB = 1024 * 1024;

export interface Health {
  readonly status: 'healthy' | 'unhealthy';
  readonly timestamp: string;
  /** Seconds since the process started. */
  readonly uptime: number;
  /** `NODE_ENV`, or `development`. */
  readonly environment: string;
  readonly database: { readonly status: 'connected' | 'unreachable' };
  /** JavaScript heap, such as `45MB`. */
  readonly memory: { readonly used: string; readonly total: string };
}

export const healthData: Schema<Health> = v.strictObject({
  status: v.picklist(['healthy', 'unhealthy']),
  timestamp: v.string(),
  uptime: v.number(),
  environment: v.string(),
  database: v.strictObject({ status: v.picklist(['connected', 'unreachable']) }),
  memory: v.strictObject({ used: v.string(), total: v.string() }),
});

/** The state of the process, and whether its database answers within two seconds. */
export async function checkHealth(context: Context): Promise<Health> {
  const { clock, environment } = context;
  const answers = await databaseAnswers(context);
  const { usedBytes, totalBytes } = environment.memory();
  return {
    status: answers ? 'healthy' : 'unhealthy',
    timestamp: isoTime(clock.now()),
    uptime: Math.round(environment.uptimeSeconds()),
    environment: environment.variable('NODE_ENV') ?? 'development',
    database: { status: answers ? 'connected' : 'unreachable' },
    memory: { used: megabytes(usedBytes), total: megabytes(totalBytes) },
  };
}

/** Whether the database answers within two seconds. */
export function databaseAnswers({ database, clock }: Context): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(() => resolve(false), PING_TIMEOUT_MS);
    database
      .ping()
      .then(() => resolve(true), () => resolve(false))
      .finally(cancel);
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / BYTES_PER_MB)}MB`;
}
