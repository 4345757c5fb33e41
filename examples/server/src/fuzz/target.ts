import { once } from 'node:events';
import { Agent, request as sendRequest } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import type { Auth, Provider, Transport } from '@sallyport/core';
import { loginAs } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { authRouter } from '@sallyport/express-adapter';
import express from 'express';
import type { Express } from 'express';
import { createApp } from '../app.js';
import { listen, portOf } from '../server.js';
import { FIXTURES, SITE } from './attack.js';
import type { Attack, FromFixture } from './attack.js';

const ADMIN_PASSWORD = 'the admin password of tests';
const PASSWORD = 'seven violet otters';
/** An attack may end its session or remove its account, so these are checked after this many attacks. */
const FIXTURES_LAST = 40;
/** A provider that accepts no response. */
const FAKE_PROVIDER: Provider = {
  name: 'Fake',
  start: ({ state }) => Promise.resolve(`https://provider.example/authorize?state=${state}`),
  finish: () => Promise.reject(new Error('invalid_grant')),
};

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly durationMs: number;
  /** The path below the mount. */
  readonly path: string;
}

/** The example server in this process, and its users. */
export interface Target {
  readonly auth: Auth;
  send(attack: Attack): Promise<Reply>;
  close(): Promise<void>;
}

type Fixtures = Readonly<Record<FromFixture['fixture'], string>>;

export async function startTarget(folder: string, transport: Transport): Promise<Target> {
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store: await createLibsqlStore({ url: `file:${join(folder, 'fuzz.db')}` }),
    transport,
    baseUrl: SITE,
    registration: { adminPassword: ADMIN_PASSWORD },
    passwords: { cost: 4 },
    // With the routes of every feature.
    emailLogin: { signUp: true },
    urls: { providerReturn: `${SITE}/return` },
    providers: { fake: FAKE_PROVIDER },
    notifier: { channels: ['email', 'sms'], send: () => Promise.resolve() },
    logger: false,
  });
  const server = await listen(0, appOf(auth, transport));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let sent = 0;
  let fixtures = await makeFixtures(auth, 0);
  return {
    auth,
    async send(attack) {
      sent += 1;
      if (sent % FIXTURES_LAST === 0 && !(await areLive(auth, fixtures))) fixtures = await makeFixtures(auth, sent);
      return exchange(server, agent, resolve(attack, fixtures, sent));
    },
    async close() {
      agent.destroy();
      server.close().closeAllConnections();
      await once(server, 'close');
      await auth.close();
    },
  };
}

/**
 * The routes at `/auth`, also in cookie mode, which the example server mounts elsewhere. One proxy is trusted, so that each request
 * can have its own address and no limit is reached.
 */
function appOf(auth: Auth, transport: Transport): Express {
  const logger = { error: () => undefined, warn: () => undefined, info: () => undefined, http: () => undefined, debug: () => undefined };
  if (transport === 'bearer') return createApp({ auth, logger, trustProxy: 1 });
  return express().set('trust proxy', 1).use('/auth', authRouter(auth));
}

async function makeFixtures(auth: Auth, at: number): Promise<Fixtures> {
  const email = `ada-${at}@example.com`;
  const ip = addressOf(at);
  const ada = await loginAs(auth, { email, password: PASSWORD, ip });
  const admin = await loginAs(auth, { email: `admin-${at}@example.com`, password: PASSWORD, role: 'admin', ip });
  return { ...ada, email, password: PASSWORD, adminPassword: ADMIN_PASSWORD, adminToken: admin.accessToken };
}

async function areLive(auth: Auth, { accessToken, adminToken }: Fixtures): Promise<boolean> {
  const tries = [accessToken, adminToken].map((token) => auth.authenticate(`Bearer ${token}`));
  return (await Promise.allSettled(tries)).every(({ status }) => status === 'fulfilled');
}

/** A new /64 network each time. */
function addressOf(at: number): string {
  return `2001:db8:${(at >> 16).toString(16)}:${(at & 0xffff).toString(16)}::1`;
}

interface Concrete extends Omit<Attack, 'segments' | 'authorization' | 'body'> {
  readonly path: string;
  readonly bytes: Uint8Array;
}

function resolve({ segments, authorization, body, headers, ...rest }: Attack, fixtures: Fixtures, at: number): Concrete {
  const put = (value: unknown): unknown => (isFromFixture(value) ? fixtures[value.fixture] : value);
  const credentials = isFromFixture(authorization) ? `Bearer ${fixtures[authorization.fixture]}` : authorization;
  const filled = body !== null && typeof body === 'object' && !(body instanceof Uint8Array);
  const content = filled ? JSON.stringify(Object.fromEntries(Object.entries(body).map(([key, value]) => [key, put(value)]))) : (body ?? '');
  return {
    ...rest,
    path: `/${segments.map((segment) => (isFromFixture(segment) ? encodeURIComponent(fixtures[segment.fixture]) : segment)).join('/')}`,
    headers: { ...headers, ...(credentials !== null && { authorization: credentials }), 'x-forwarded-for': addressOf(at) },
    bytes: typeof content === 'string' ? Buffer.from(content) : content,
  };
}

function isFromFixture(value: unknown): value is FromFixture {
  return typeof value === 'object' && value !== null && FIXTURES.some((name) => Reflect.get(value, 'fixture') === name);
}

function exchange(server: Server, agent: Agent, { method, path, query, headers, bytes, isChunked }: Concrete): Promise<Reply> {
  const begun = performance.now();
  return new Promise((settle, reject) => {
    const length = isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes.byteLength) };
    const framing = bytes.byteLength === 0 ? {} : length;
    const outgoing = sendRequest(
      { port: portOf(server), agent, method, path: `/auth${path}${query === '' ? '' : `?${query}`}`, headers: { ...headers, ...framing } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('error', reject).on('end', () => {
          settle({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, path, durationMs: performance.now() - begun });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}
