import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from '@node-rs/bcrypt';
import { createAuth } from '@sallyport/core';
import type { PasswordHasher } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import express from 'express';
import { answerQuestions } from './child.js';
import { seedUsers } from './seed-users.js';

export const PASSWORD = 'seven violet otters';

export type ServerQuestion =
  | {
      readonly kind: 'start';
      readonly users: number;
      readonly sessions: number;
      readonly cost: number;
      /** One hash never ends and the queue has no room, so every login is refused. */
      readonly refusesLogins?: boolean;
    }
  /** Only verifies a password, `times` times, one at a time per core. */
  | { readonly kind: 'verify'; readonly times: number };

export interface ServerAnswer {
  readonly port: number;
  readonly accessToken: string;
  readonly refreshTokens: readonly string[];
  readonly perSecond: number;
}

const NOTHING: ServerAnswer = { port: 0, accessToken: '', refreshTokens: [], perSecond: 0 };
/** All load comes from one address: requests are counted as usual, but never limited. */
const ANY_NUMBER = { points: 1_000_000, window: '1s' } as const;

/** Never finishes. */
const endless: PasswordHasher = {
  hash: () => new Promise(() => undefined),
  verify: () => new Promise(() => undefined),
  needsRehash: () => false,
  dummyHash: async () => 'a hash',
};

let bareHash = '';

async function start({ users, sessions, cost, refusesLogins = false }: ServerQuestion & { kind: 'start' }): Promise<ServerAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGTERM', () => process.exit());
  const store = await createLibsqlStore({ url: `file:${join(folder, 'bench.db')}` });
  const auth = createAuth({
    secret: randomBytes(32).toString('hex'),
    store,
    passwords: refusesLogins ? { cost, hasher: { ...endless, hash: async () => 'a hash' }, hashConcurrency: 1, hashQueue: 0 } : { cost },
    throttling: { limits: { guard: ANY_NUMBER, login: ANY_NUMBER, refresh: ANY_NUMBER, rest: ANY_NUMBER } },
    notifier: { channels: ['email'], send: () => Promise.resolve() },
    logger: false,
  });

  const first = await seedUsers({ auth, store, users, password: PASSWORD });
  bareHash = /\$2b\$.*$/.exec(first.passwordHash ?? '')?.[0] ?? '';
  const logins = [];
  for (let at = 0; at < sessions; at += 1) {
    const login = await auth.api.login({ email: `user-${at}@example.com`, password: PASSWORD });
    if ('accessToken' in login) logins.push(login);
  }

  // This login occupies the only slot.
  if (refusesLogins) void auth.api.login({ email: 'user-0@example.com', password: PASSWORD });
  const app = express();
  app.get('/plain', (_req, res) => void res.json({ hello: 'world' }));
  app.get('/guarded', requireAuth(auth), (_req, res) => void res.json({ hello: 'world' }));
  app.use('/auth', authRouter(auth));
  // A login without a queue.
  app.post('/bare/login', express.json(), async (req, res) => {
    const { password } = req.body as { readonly password: string };
    res.json({ isRight: await verify(password, bareHash) });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...NOTHING,
    port,
    accessToken: logins[0]?.accessToken ?? '',
    refreshTokens: logins.map(({ refreshToken }) => refreshToken),
  };
}

async function verifyBare(times: number): Promise<ServerAnswer> {
  const begun = performance.now();
  let left = times;
  const run = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // The result does not matter: bcrypt takes the same time either way.
      await verify(PASSWORD, bareHash);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, run));
  return { ...NOTHING, perSecond: (times / (performance.now() - begun)) * 1_000 };
}

answerQuestions((question: ServerQuestion) => (question.kind === 'start' ? start(question) : verifyBare(question.times)));
