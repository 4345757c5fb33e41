import { createClient } from '@redis/client';
import { ConfigError } from '@sallyport/core';
import type { Bus } from '@sallyport/core';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedisBus } from './index.js';
import type { RedisBusSource } from './index.js';
import { startProxy } from './test-kit/proxy.js';
import { aPrefix, redisUrl } from './test-kit/real-redis.js';
import { until } from './test-kit/until.js';
import { WRONG_SOURCES } from './test-kit/wrong-sources.js';

const url = redisUrl ?? '';

/** A process on the bus, and what it has received. */
interface Peer {
  readonly bus: Bus;
  readonly changes: string[];
  readonly connections: boolean[];
  readonly gaps: () => number;
}

/** A subscribed process. Resolves once it is connected. */
async function join(prefix: string, source: RedisBusSource = { url }): Promise<Peer> {
  const bus = createRedisBus(source, { prefix, timeoutMs: 2_000 });
  onTestFinished(() => bus.close());
  const changes: string[] = [];
  const connections: boolean[] = [];
  let gaps = 0;
  bus.subscribe({
    onChange: (userIds) => void changes.push(...userIds),
    onGap: () => void (gaps += 1),
    onConnection: (isConnected) => void connections.push(isConnected),
  });
  await until(() => connections.at(-1) === true);
  return { bus, changes, connections, gaps: () => gaps };
}

async function nodeRedis(at: string = url) {
  const client = await createClient({ url: at }).on('error', () => undefined).connect();
  onTestFinished(() => client.destroy());
  return client;
}

function ioRedis(at: string = url): Redis {
  const client = new Redis(at).on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

const withPing = <Client extends { ping(): Promise<string> }>(client: Client) => ({ client, ping: () => client.ping() });

describe.runIf(redisUrl !== null)('the bus on Redis', () => {
  it('S6: notifies all other processes at once, but neither itself nor other applications', async () => {
    const prefix = aPrefix();
    const [one, two, three, other] = await Promise.all([join(prefix), join(prefix), join(prefix), join(aPrefix())]);
    const begun = performance.now();
    one.bus.publish(['ada', 'bob']);
    await until(() => two.changes.length === 2 && three.changes.length === 2);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect([one, two, three, other].map(({ changes }) => changes)).toEqual([[], ['ada', 'bob'], ['ada', 'bob'], []]);
    // Each process has dropped the state that it cached before it was connected.
    expect([one, two, three].map(({ gaps }) => gaps())).toEqual([1, 1, 1]);
  });

  it.each([
    ['@redis/client', async (at: string) => withPing(await nodeRedis(at))],
    ['ioredis', async (at: string) => withPing(ioRedis(at))],
  ])('works with the application’s %s, recovers after a disconnect, and leaves the client open', async (_, source) => {
    const prefix = aPrefix();
    const proxy = await startProxy(url);
    const { client, ping } = await source(proxy.url);
    const [own, other] = [await join(prefix, { client }), await join(prefix)];
    own.bus.publish(['ada']);
    await until(() => other.changes.length === 1);
    other.bus.publish(['bob']);
    await until(() => own.changes.length === 1);
    proxy.cut();
    await until(() => own.connections.at(-1) === false);
    proxy.heal();
    await until(() => own.gaps() === 2);
    other.bus.publish(['eve']);
    await until(() => own.changes.includes('eve'));
    expect(await own.bus.inspect()).toEqual({ kind: 'ok' });
    await own.bus.close();
    expect(await ping()).toBe('PONG');
  });

  it('S6: reports a gap after a disconnect, since messages may be lost', async () => {
    const prefix = aPrefix();
    const proxy = await startProxy(url);
    const [cut, other] = [await join(prefix, { url: proxy.url }), await join(prefix)];
    proxy.cut();
    await until(() => cut.connections.at(-1) === false);
    other.bus.publish(['lost on cut']);
    expect(await cut.bus.inspect()).toEqual({ kind: 'unreachable' });
    proxy.heal();
    await until(() => cut.connections.at(-1) === true);
    expect(cut.gaps()).toBe(2);
    expect(cut.changes).toEqual([]);
  });

  it('S6: reports a gap to the others after a process could not send messages', async () => {
    const prefix = aPrefix();
    const proxy = await startProxy(url);
    const [cut, other] = [await join(prefix, { url: proxy.url }), await join(prefix)];
    proxy.cut();
    await until(() => cut.connections.at(-1) === false);
    for (let n = 0; n < 12_000; n += 1) cut.bus.publish(['ada']);
    expect(other.gaps()).toBe(1);
    proxy.heal();
    await until(() => other.gaps() === 2);
    expect(other.changes).toEqual([]);
  });

  it('detects a connection that hangs, and recovers when it no longer does', async () => {
    const prefix = aPrefix();
    const proxy = await startProxy(url);
    const [hung, other] = [await join(prefix, { url: proxy.url }), await join(prefix)];
    proxy.hang();
    // More than the allowed number of pending commands.
    for (let n = 0; n < 12_000; n += 1) hung.bus.publish(['ada']);
    await until(() => hung.connections.at(-1) === false);
    proxy.heal();
    await until(() => hung.connections.at(-1) === true && hung.gaps() === 2);
    await until(() => other.gaps() >= 2);
    other.bus.publish(['bob']);
    await until(() => hung.changes.includes('bob'));
    // One subscribed connection and one that sends: none has leaked.
    await expect.poll(() => proxy.connections(), { timeout: 15_000 }).toBe(2);
  });

  it('treats an unknown message, such as one of a newer version, as a gap', async () => {
    const prefix = aPrefix();
    const peer = await join(prefix);
    const stranger = await nodeRedis();
    const messages = ['', 'null', '{"from":"x","kind":"new"}', '{"kind":"gap"}', `{"from":"x","kind":"change","userIds":[7]}`, 'x'.repeat(50_000)];
    for (const message of messages) await stranger.publish(`${prefix}bus`, message);
    await until(() => peer.gaps() === 1 + messages.length);
    expect(peer.changes).toEqual([]);
  });

  it('sends a gap instead of very many ids, and sends pending messages before it closes', async () => {
    const prefix = aPrefix();
    const [one, two] = await Promise.all([join(prefix), join(prefix)]);
    one.bus.publish(Array.from({ length: 5_000 }, (_, n) => `user ${n}`));
    one.bus.publish(['ada']);
    await one.bus.close();
    await until(() => two.changes.length > 0);
    expect(two.changes).toEqual(['ada']);
    expect(two.gaps()).toBe(2);
  });
});

describe('createRedisBus', () => {
  it('starts without Redis, reports that it is not connected, and closes', async () => {
    const bus = createRedisBus({ url: 'redis://127.0.0.1:1' });
    const connections: boolean[] = [];
    bus.subscribe({ onChange: () => undefined, onGap: () => undefined, onConnection: (is) => void connections.push(is) });
    bus.publish(['ada']);
    expect(await bus.inspect()).toEqual({ kind: 'unreachable' });
    await until(() => connections.length > 0);
    expect(connections).toEqual([false]);
    await bus.close();
  });

  it.each(WRONG_SOURCES)('says what is wrong if it is given %j', (source, fault) => {
    const make = (): unknown => createRedisBus(source as never);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(`createRedisBus cannot start:\n  - ${fault}`);
    expect(make).not.toThrow('CANARY');
  });

  it('says that a client cannot publish', () => {
    const commands = { evalSha: () => undefined, eval: () => undefined, ping: () => undefined, info: () => undefined };
    expect(() => createRedisBus({ client: commands as never })).toThrow('- client: must be a client of redis, @redis/client or ioredis');
  });

  it('does not repeat the password of an invalid URL', () => {
    expect(() => createRedisBus({ url: 'localhost:canary' })).toThrow(/createRedisBus cannot start:\n {2}- url: must be/);
    expect(() => createRedisBus({ url: 'localhost:canary' })).not.toThrow(/canary/);
  });
});
