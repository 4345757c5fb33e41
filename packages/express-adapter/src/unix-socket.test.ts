import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { OutgoingHttpHeaders, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Auth, Logger } from '@sallyport/core';
import { fakeClock } from '@sallyport/core/testing';
import express from 'express';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { authRouter } from './auth-router.js';
import { post, testAuth } from './test-kit/served.js';

const LIMITS = { login: { points: 3, window: '1m' } } as const;

/** What the application sets as `trust proxy`, and whether the proxy says whom it serves. */
interface Setting {
  readonly trustProxy?: unknown;
  readonly forwards: boolean;
}

interface BehindProxy {
  readonly auth: Auth;
  readonly warn: ReturnType<typeof vi.fn<Logger['warn']>>;
  /** A login by a client at this address, through the proxy; resolves to its status. */
  readonly logIn: (address: string) => Promise<number>;
  /** A request of this machine, straight to the socket. */
  readonly checkHealth: () => Promise<number>;
}

async function listen(server: Server, where: string | undefined): Promise<void> {
  if (where === undefined) server.listen(0, '127.0.0.1');
  else server.listen(where);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
}

/** An Express application on a unix socket, behind a proxy of this machine that listens on a port. */
async function behindProxy({ trustProxy, forwards }: Setting): Promise<BehindProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const socketPath = join(folder, 'app.sock');
  const warn = vi.fn<Logger['warn']>();
  const logger: Logger = { error: vi.fn<Logger['error']>(), warn, info: () => undefined, http: () => undefined, debug: () => undefined };
  const auth = testAuth({ clock: fakeClock(), logger, throttling: { limits: LIMITS } });
  warn.mockClear();
  const app = express();
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  app.use('/auth', authRouter(auth));
  await listen(createServer(app), socketPath);

  // As nginx with proxy_pass http://unix:…, with and without proxy_set_header X-Forwarded-For. The test says where a client is.
  const proxy = createServer((req, res) => {
    const { 'x-client': client, ...headers }: OutgoingHttpHeaders = req.headers;
    const onward = request({ socketPath, method: req.method, path: req.url, headers: { ...headers, ...(forwards && { 'x-forwarded-for': client }) } }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    req.pipe(onward);
  });
  await listen(proxy, undefined);
  const address = proxy.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    auth,
    warn,
    logIn: async (client) => (await fetch(`${origin}/auth/login`, post({}, { 'x-client': client }))).status,
    checkHealth: async () => {
      const [answer] = await once(request({ socketPath, path: '/auth/health' }).end(), 'response');
      answer.resume();
      return answer.statusCode;
    },
  };
}

const proxyFindings = async (auth: Auth): Promise<readonly string[]> =>
  (await auth.doctor()).filter(({ id }) => id === 'proxy-not-trusted').map(({ problem }) => problem);
const proxyWarnings = ({ warn }: BehindProxy): readonly string[] => warn.mock.calls.map(([message]) => message).filter((message) => /proxy/.test(message));
const logInAll = async ({ logIn }: BehindProxy): Promise<readonly number[]> => {
  const statuses: number[] = [];
  for (let client = 1; client <= 5; client += 1) statuses.push(await logIn(`203.0.113.${client}`));
  return statuses;
};

describe('an application on a unix socket behind a proxy', () => {
  it.each(['loopback', ['loopback', '10.0.0.0/8'], 1, '127.0.0.1'])('L3: takes the client from the header if it trusts %j', async (trustProxy) => {
    const world = await behindProxy({ trustProxy, forwards: true });
    expect(await logInAll(world)).toEqual([400, 400, 400, 400, 400]);
    // Whoever writes an address into the header himself is known by the one that the proxy adds.
    const statuses: number[] = [];
    for (let guess = 1; guess <= 4; guess += 1) statuses.push(await world.logIn(`198.51.100.${guess}, 203.0.113.9`));
    expect(statuses).toEqual([400, 400, 400, 429]);
    expect([await proxyFindings(world.auth), proxyWarnings(world)]).toEqual([[], []]);
  });

  it.each<readonly [string, Setting]>([
    ['trust proxy is not set', { forwards: true }],
    ['trust proxy is off', { trustProxy: false, forwards: true }],
    ['trust proxy names other addresses', { trustProxy: '10.0.0.0/8', forwards: true }],
    ['trust proxy is 0', { trustProxy: 0, forwards: true }],
    ['the proxy sends no header', { trustProxy: 'loopback', forwards: false }],
    ['the proxy sends no header, and a number is trusted', { trustProxy: 1, forwards: false }],
    ['nothing is set anywhere', { forwards: false }],
  ])('L3: all clients are one source if %s, which the doctor and one warning say', async (_, setting) => {
    const world = await behindProxy(setting);
    expect(await logInAll(world)).toEqual([400, 400, 400, 429, 429]);
    expect(await proxyFindings(world.auth)).toEqual([expect.stringMatching(/all clients .*share/)]);
    expect(proxyWarnings(world)).toEqual([expect.stringContaining('trust proxy')]);
  });

  it('is checked past the proxy without a finding, once a client has come through it', async () => {
    const world = await behindProxy({ trustProxy: 'loopback', forwards: true });
    await world.logIn('203.0.113.1');
    expect(await world.checkHealth()).toBe(200);
    expect([await proxyFindings(world.auth), proxyWarnings(world)]).toEqual([[], []]);
  });

  it('has no finding left from a check at its start, before the first client came', async () => {
    const world = await behindProxy({ trustProxy: 'loopback', forwards: true });
    await world.checkHealth();
    await world.logIn('203.0.113.1');
    expect(await proxyFindings(world.auth)).toEqual([]);
  });
});
