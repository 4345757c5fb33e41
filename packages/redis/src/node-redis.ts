import type { Client, Commands, Connection, NodeRedisClient, NodeRedisCommands, NodeRedisConnection } from './clients.js';

export function nodeRedisCommands(client: NodeRedisCommands): Commands {
  return {
    evalSha: ({ sha }, { key, values }) => client.evalSha(sha, { keys: [key], arguments: [...values] }),
    eval: ({ text }, { key, values }) => client.eval(text, { keys: [key], arguments: [...values] }),
    ping: () => client.ping(),
    info: (section) => client.info(section),
  };
}

export function nodeRedisClient(client: NodeRedisClient): Client {
  return {
    ...nodeRedisCommands(client),
    publish: (channel, message) => client.publish(channel, message),
    duplicate: () => nodeRedisConnection(client.duplicate()),
  };
}

export function nodeRedisConnection(client: NodeRedisConnection): Connection {
  return {
    ...nodeRedisClient(client),
    open: () => client.connect(),
    subscribe: (channel, listener) => client.subscribe(channel, listener),
    onLost: (listener) => void client.on('error', listener),
    destroy: () => client.destroy(),
  };
}
