import type { Client, Commands, Connection, IoRedisClient, IoRedisCommands, IoRedisConnection } from './clients.js';

export function ioRedisCommands(client: IoRedisCommands): Commands {
  return {
    evalSha: ({ sha }, { key, values }) => client.evalsha(sha, 1, key, ...values),
    eval: ({ text }, { key, values }) => client.eval(text, 1, key, ...values),
    ping: () => client.ping(),
    info: (section) => client.info(section),
  };
}

export function ioRedisClient(client: IoRedisClient): Client {
  return {
    ...ioRedisCommands(client),
    publish: (channel, message) => client.publish(channel, message),
    // Without lazyConnect it would connect before an error listener is attached.
    duplicate: () => ioRedisConnection(client.duplicate({ lazyConnect: true })),
  };
}

function ioRedisConnection(client: IoRedisConnection): Connection {
  return {
    ...ioRedisClient(client),
    open: () => client.connect(),
    subscribe(channel, listener) {
      client.on('message', (from, message) => {
        if (from === channel) listener(message);
      });
      return client.subscribe(channel);
    },
    onLost(listener) {
      client.on('error', listener);
      client.on('close', listener);
    },
    destroy: () => client.disconnect(),
  };
}
