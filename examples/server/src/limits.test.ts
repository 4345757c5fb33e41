import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '@sallyport/core';
import { inbox } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from './app.js';
import { LIMITS, listen, portOf } from './server.js';
import type { Limits } from './server.js';
import { rawClient } from './test-kit/raw-client.js';
import { temporaryFolder } from './test-kit/running-server.js';

/** Short enough for a test to wait for them. */
const SHORT: Limits = { ...LIMITS, headersTimeout: 800, requestTimeout: 1_500, connectionsCheckingInterval: 50, keepAliveTimeout: 300 };
const KIB = 1_024;
const HEALTH = 'GET /auth/health HTTP/1.1\r\nHost: x\r\n\r\n';
const LOGIN = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

async function start(limits: Limits = LIMITS): Promise<number> {
  const store = await createLibsqlStore({ url: `file:${join(temporaryFolder(), 'limits.db')}` });
  const auth = createAuth({ secret: 'the secret of tests, 32 bytes long or more', store, notifier: inbox(), passwords: { cost: 4 }, logger: false });
  const ignore = (): void => undefined;
  const logger = { error: ignore, warn: ignore, info: ignore, http: ignore, debug: ignore };
  const server = await listen(0, createApp({ auth, logger, trustProxy: false }), limits);
  onTestFinished(async () => {
    server.close().closeAllConnections();
    await auth.close();
  });
  return portOf(server);
}

const isWell = async (port: number): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/auth/health`)).status === 200;

/** No error may reach the process-level handlers, whatever is sent to the server. */
const trouble: unknown[] = [];
for (const event of ['unhandledRejection', 'uncaughtException', 'warning']) process.on(event, (what) => void trouble.push(what));

describe('a client that is slow', () => {
  it('with its headers, or that sends nothing, is disconnected', async () => {
    const port = await start(SHORT);
    const [dripping, silent] = [await rawClient(port), await rawClient(port)];
    dripping.send('GET /auth/health HTTP/1.1\r\n');
    const drip = setInterval(() => dripping.socket.writable && dripping.send('X-Slow: 1\r\n'), 50);
    onTestFinished(() => clearInterval(drip));
    expect(await dripping.untilClosed()).toMatch(/^HTTP\/1\.1 408 /);
    await silent.untilClosed();
    expect(await isWell(port)).toBe(true);
  });

  it('with its body is disconnected', async () => {
    const port = await start(SHORT);
    const client = await rawClient(port);
    client.send(`${LOGIN}Content-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => client.socket.writable && client.send('{'), 50);
    onTestFinished(() => clearInterval(drip));
    const begun = performance.now();
    await client.untilClosed();
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await isWell(port)).toBe(true);
  });

  it('to send the next request is disconnected', async () => {
    const port = await start(SHORT);
    const client = await rawClient(port);
    client.send(HEALTH);
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('to read the response is disconnected', async () => {
    const server = await listen(0, (_req, res) => void res.end('x'.repeat(64 * KIB * KIB)), { ...SHORT, silenceTimeout: 200 });
    onTestFinished(() => server.close().closeAllConnections());
    const client = await rawClient(portOf(server));
    client.socket.pause();
    client.send(HEALTH);
    const connections = (): Promise<number> => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    while ((await connections()) === 0) await sleep(5);
    await expect.poll(connections, { timeout: 10_000 }).toBe(0);
  });
});

describe('a request that is broken', () => {
  const chunkedLogin = `${LOGIN}Transfer-Encoding: chunked\r\n\r\n`;
  it.each([
    ['a chunk whose length is none', `${chunkedLogin}zz\r\n{}\r\n0\r\n\r\n`],
    ['a chunk that is longer than it says', `${chunkedLogin}1\r\n{}}}\r\n0\r\n\r\n`],
    ['a length beyond all numbers', `${chunkedLogin}fffffffffffffffff\r\n{}`],
    ['two lengths', `${LOGIN}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length and chunks', `${LOGIN}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a length that is none', `${LOGIN}Content-Length: -1\r\n\r\n{}`],
    ['a header without a name', 'GET /auth/health HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
    ['a space before the colon', 'GET /auth/health HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['no host', 'GET /auth/health HTTP/1.1\r\n\r\n'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00'],
    ['no HTTP at all', 'ehlo example.com\r\n\r\n'],
  ])('with %s is refused, and its connection is closed', async (_what, text) => {
    const port = await start();
    const client = await rawClient(port);
    client.send(text);
    const answer = await client.untilClosed();
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2\d\d /m);
    expect(await isWell(port)).toBe(true);
  });

  it('with headers of more than 16 KiB gets 431, in one line or in many', async () => {
    const port = await start();
    for (const headers of [`X-Big: ${'x'.repeat(17 * KIB)}\r\n`, 'X-Many: xxxxxxxxxx\r\n'.repeat(1_200)]) {
      const client = await rawClient(port);
      client.send(`GET /auth/health HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
      expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 431 /);
    }
    expect(await isWell(port)).toBe(true);
  });

  it('with an upload that ends in the middle, a hundred times, leaks nothing', async () => {
    const port = await start();
    for (let round = 0; round < 100; round += 1) {
      const client = await rawClient(port);
      client.send(`${LOGIN}Content-Length: 100\r\n\r\n{"email":`);
      client.socket[round % 2 === 0 ? 'destroy' : 'resetAndDestroy']();
    }
    expect(await isWell(port)).toBe(true);
  });
});

describe('a client', () => {
  it('that sends Expect: 100-continue gets it; other expectations are refused', async () => {
    const port = await start();
    const client = await rawClient(port);
    const body = JSON.stringify({ email: 'nobody@example.com', password: 'seven violet otters' });
    client.send(`${LOGIN}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    client.send(body);
    expect(await client.until(/\}$/)).toMatch(/HTTP\/1\.1 401 [^]*INVALID_CREDENTIALS/);
    const other = await rawClient(port);
    other.send(`GET /auth/health HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n`);
    await other.until(/^HTTP\/1\.1 417 /);
  });

  it('that sends fifty requests at once gets fifty responses, in that order', async () => {
    const port = await start();
    const client = await rawClient(port);
    const ids = Array.from({ length: 50 }, (_, at) => `request-${at}`);
    client.send(ids.map((id) => `GET /auth/health HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`).join(''));
    const answers = await client.until(/request-49"\}\}$/);
    expect([...answers.matchAll(/^X-Request-Id: (.*)\r$/gim)].map(([, id]) => id)).toEqual(ids);
  });

  it('that pipelines more requests than one connection may have gets responses to that many only', async () => {
    const port = await start({ ...LIMITS, maxRequestsPerSocket: 10, keepAliveTimeout: 500 });
    const client = await rawClient(port);
    client.send(HEALTH.repeat(100));
    const answers = await client.untilClosed();
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(10);
  });

  it('is served as usual among a thousand idle connections', async () => {
    const port = await start();
    const idle = await Promise.all(Array.from({ length: 1_000 }, () => rawClient(port)));
    for (const [at, client] of idle.entries()) if (at % 2 === 0) client.send(HEALTH.slice(0, 20));
    const begun = performance.now();
    for (let round = 0; round < 20; round += 1) expect(await isWell(port)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(idle.filter(({ socket }) => socket.closed)).toEqual([]);
  });

  it('above the maximum of connections is refused, and is served once there is room', async () => {
    const port = await start({ ...LIMITS, maxConnections: 3 });
    const first = [await rawClient(port), await rawClient(port), await rawClient(port)];
    await sleep(50);
    await (await rawClient(port)).untilClosed();
    for (const { socket } of first) socket.destroy();
    await sleep(50);
    expect(await isWell(port)).toBe(true);
  });
});

describe('after all tests above', () => {
  it('no error reached the handlers of the process', () => {
    expect(trouble).toEqual([]);
  });
});
