/** What JavaScript callers can pass in place of a source, with what the error says. */
export const WRONG_SOURCES: readonly (readonly [unknown, string])[] = [
  [undefined, 'url: must be a redis: or rediss: URL'],
  [null, 'url: must be a redis: or rediss: URL'],
  [{}, 'url: must be a redis: or rediss: URL'],
  [{ url: 7 }, 'url: must be a redis: or rediss: URL'],
  ['redis://:CANARY@localhost', 'source: must be an object, as in { url } or { client }'],
  [7, 'source: must be an object, as in { url } or { client }'],
  [{ client: {} }, 'client: must be a client of redis, @redis/client or ioredis'],
  [{ client: 'redis://:CANARY@localhost' }, 'client: must be a client of redis, @redis/client or ioredis'],
  [{ client: null }, 'client: must be a client of redis, @redis/client or ioredis'],
  [{ client: Promise.resolve({}) }, 'client: is a promise: write await before what makes it'],
];
