import { randomUUID } from 'node:crypto';
import type { Bus, BusListener } from '@sallyport/core';
import { given, openAccess } from './access.js';
import { MAX_USER_IDS, readMessage, writeMessage } from './bus-message.js';
import type { Client, Connection, IoRedisClient, NodeRedisClient } from './clients.js';
import { connectionTo } from './connect-by-url.js';
import { ioRedisClient } from './io-redis.js';
import { Link } from './link.js';
import { nodeRedisClient } from './node-redis.js';
import { Publisher } from './publisher.js';
import { readSettings } from './settings.js';
import type { CommonOptions, Source } from './settings.js';

/**
 * Redis' URL, or a client of `redis`, `@redis/client` or `ioredis` that the application opens and closes. The bus opens another
 * connection with the client's `duplicate()`, since a subscribed connection allows few other commands.
 */
export type RedisBusSource = Source<NodeRedisClient | IoRedisClient>;

export type RedisBusOptions = CommonOptions;

const COMMANDS: readonly string[] = ['eval', 'ping', 'info', 'publish', 'duplicate'];

/**
 * The `bus` option of `createAuth`, on a Redis channel: a process drops its cached state of a session when another process has
 * changed the session. Lost messages are expected. After each reconnect all cached state is dropped. If a message could not be
 * sent, the other processes are told to drop all of it once Redis is back. Throws `ConfigError`.
 */
export function createRedisBus(source: RedisBusSource, options: RedisBusOptions = {}): Bus {
  const { prefix, timeoutMs } = readSettings({ maker: 'createRedisBus', source, options, methods: COMMANDS });
  const channel = `${prefix}bus`;
  const self = randomUUID();
  const client = source.client === undefined ? null : adapt(source.client);
  const make = (): Connection => client?.duplicate() ?? connectionTo(source.url ?? '');

  const access = openAccess<Client>({
    provide: (onChange) => (client === null ? new Link({ make, onChange }) : given(client)),
    timeoutMs,
    onChange: () => undefined,
  });
  const publisher = new Publisher((message) =>
    access.run((connection) => connection.publish(channel, writeMessage({ from: self, ...message }))),
  );
  let subscription: Link | undefined;

  return {
    kind: 'redis',
    publish(userIds) {
      publisher.send(userIds.length > MAX_USER_IDS ? { kind: 'gap' } : { kind: 'change', userIds });
    },
    subscribe(listener) {
      subscription ??= new Link({
        make,
        prepare: (connection) => connection.subscribe(channel, (text) => receive(listener, { text, self })),
        onChange(isUp) {
          // Messages arrive only from now on. State that was read before may be stale.
          if (isUp) listener.onGap();
          listener.onConnection(isUp);
        },
      });
    },
    async inspect() {
      const condition = await access.inspect();
      if (condition.kind !== 'ok' || subscription === undefined) return condition;
      return (await subscription.isReady()) ? condition : { kind: 'unreachable' };
    },
    async close() {
      await publisher.close();
      subscription?.close();
      access.close();
    },
  };
}

function adapt(client: NodeRedisClient | IoRedisClient): Client {
  return 'evalSha' in client ? nodeRedisClient(client) : ioRedisClient(client);
}

function receive(listener: BusListener, { text, self }: { readonly text: string; readonly self: string }): void {
  const message = readMessage(text);
  if (message === null) listener.onGap();
  // This process has already dropped the state that it changed itself.
  else if (message.from === self) return;
  else if (message.kind === 'gap') listener.onGap();
  else listener.onChange(message.userIds);
}
