import type { Bus } from '../ports/bus.js';
import type { Logger } from '../ports/logger.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import { serviceChannel, type ServiceState } from '../telemetry/channels.js';
import type { SessionCache } from './session-cache.js';

export interface WatchServicesInput {
  readonly bus: Bus | undefined;
  readonly limiter: RateLimiter;
  readonly sessionCache: SessionCache;
  readonly logger: Logger;
}

/**
 * Drops what other processes have changed from the session cache, and logs when the bus or the limiter is lost or back.
 */
export function watchServices({ bus, limiter, sessionCache, logger }: WatchServicesInput): void {
  bus?.subscribe({
    onChange: (userIds) => userIds.forEach((userId) => sessionCache.forget(userId)),
    onGap: () => sessionCache.forgetAll(),
    onConnection: (isReachable) => publishState(logger, { service: 'bus', kind: bus.kind, isReachable }),
  });
  limiter.onReachable?.((isReachable) => publishState(logger, { service: 'limiter', kind: limiter.kind, isReachable }));
}

const WARNINGS = {
  bus: 'the bus is not connected: other processes learn of a logout within session.stateTtl',
  limiter: 'the limiter is unreachable: an option of the limiter decides what happens to requests',
} as const;

function publishState(logger: Logger, state: ServiceState): void {
  serviceChannel.publish(state);
  const { service, kind, isReachable } = state;
  if (isReachable) logger.info(`the ${service} is connected`, { kind });
  else logger.warn(WARNINGS[service], { kind });
}
