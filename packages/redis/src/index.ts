export { createRedisBus } from './create-redis-bus.js';
export type { RedisBusOptions, RedisBusSource } from './create-redis-bus.js';
export { createRedisLimiter } from './create-redis-limiter.js';
export type { RedisLimiterOptions, RedisLimiterSource, WhenUnavailable } from './create-redis-limiter.js';
export type { IoRedisClient, IoRedisCommands, NodeRedisClient, NodeRedisCommands } from './clients.js';
