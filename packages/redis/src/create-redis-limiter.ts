import { createMemoryLimiter, createStoreLimiter } from '@sallyport/core';
import type { RateHit, RateLimiter, RateOutcome, RateTake, RateTakeOutcome } from '@sallyport/core';
import { given, openAccess } from './access.js';
import type { Provider } from './access.js';
import type { Commands, IoRedisCommands, NodeRedisCommands } from './clients.js';
import { connectionTo } from './connect-by-url.js';
import { ioRedisCommands } from './io-redis.js';
import { Link } from './link.js';
import { nodeRedisCommands } from './node-redis.js';
import { readSettings } from './settings.js';
import type { CommonOptions, Source } from './settings.js';
import { runScript, TAKE_SCRIPT } from './take-script.js';

/** Redis' URL, or a client of `redis`, `@redis/client` or `ioredis` that the application opens and closes. */
export type RedisLimiterSource = Source<NodeRedisCommands | IoRedisCommands>;

export interface RedisLimiterOptions extends CommonOptions {
  /**
   * What happens to requests while Redis does not answer within `timeoutMs`. `'open'`: they are not limited. `'local'`: each
   * process counts by itself, in memory. `'closed'`: they are refused with 429, which locks all clients out. Default `'open'`.
   */
  readonly whenUnavailable?: WhenUnavailable | undefined;
}

export type WhenUnavailable = 'open' | 'local' | 'closed';

const COMMANDS: readonly string[] = ['eval', 'ping', 'info'];
const CHOICES: readonly unknown[] = ['open', 'local', 'closed'] satisfies WhenUnavailable[];
/** `Retry-After` for a request that was refused because Redis is unavailable. */
const CLOSED_MS = 1_000;

/**
 * A rate limiter in Redis, shared by all processes and machines. Each request runs one script on one key per source and limit;
 * the key expires. If Redis is down or hangs, the first five requests wait for at most `timeoutMs`, and later ones do not wait
 * until it answers again. Throws `ConfigError`.
 */
export function createRedisLimiter(source: RedisLimiterSource, options: RedisLimiterOptions = {}): RateLimiter {
  const choice = { path: 'whenUnavailable', message: "must be 'open', 'local' or 'closed'" };
  const isChoice = CHOICES.includes(options?.whenUnavailable ?? 'open');
  const { prefix, timeoutMs } = readSettings({ maker: 'createRedisLimiter', source, options, methods: COMMANDS }, isChoice ? [] : [choice]);
  let listener: (isReachable: boolean) => void = () => undefined;
  const access = openAccess<Commands>({
    provide: (onChange) => provide(source, onChange),
    timeoutMs,
    onChange: (isReachable) => listener(isReachable),
  });
  const shared = createStoreLimiter({
    rateLimits: {
      take: ({ key, ...take }) => access.run((client) => takeFrom(client, { key: `${prefix}limit:${key}`, ...take })),
    },
  });
  const instead = fallbackOf(options.whenUnavailable ?? 'open');
  return {
    kind: 'redis',
    shared: true,
    async take(hit) {
      try {
        return await shared.take(hit);
      } catch (error) {
        return instead(hit, error);
      }
    },
    onReachable(heard) {
      listener = heard;
    },
    inspect: () => access.inspect(),
    close: async () => access.close(),
  };
}

function provide({ url = '', client }: RedisLimiterSource, onChange: (isUp: boolean) => void): Provider<Commands> {
  if (client === undefined) return new Link({ make: () => connectionTo(url), onChange });
  return given('evalSha' in client ? nodeRedisCommands(client) : ioRedisCommands(client));
}

async function takeFrom(client: Commands, { key, now, intervalMs, burstMs }: RateTake): Promise<RateTakeOutcome> {
  const reply = await runScript(client, TAKE_SCRIPT, { key, values: [now, intervalMs, burstMs].map(String) });
  const [isTaken, fullAt] = Array.isArray(reply) ? reply.map(Number) : [];
  if (fullAt === undefined || Number.isNaN(fullAt)) throw new TypeError('Redis returned an unexpected result for the script');
  return { kind: isTaken === 1 ? 'taken' : 'refused', fullAt };
}

function fallbackOf(choice: WhenUnavailable): (hit: RateHit, error: unknown) => RateOutcome | Promise<RateOutcome> {
  const local = createMemoryLimiter();
  switch (choice) {
    case 'open':
      return (_hit, error) => {
        // Core's result for a limiter that fails: the request passes, and no rate limit headers are sent.
        throw error;
      };
    case 'local':
      return (hit) => local.take(hit);
    case 'closed':
      return ({ now }) => ({ kind: 'refused', remaining: 0, nextAt: now + CLOSED_MS });
  }
}
