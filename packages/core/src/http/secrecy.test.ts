import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createAuth } from '../create-auth.js';
import { ADMIN_PASSWORD, createWorld, SECRET, sender } from '../test-kit/world.js';
import type { Reply, ReplyBody, World } from '../test-kit/world.js';
import { aroundVerbs } from '../testing/around-verbs.js';
import { loginAs } from '../testing/login-as.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';
import type { StoreVerbs } from '../ports/store/store.js';
import { describeFault } from './describe-fault.js';

const PASSWORD = 'CANARY-password-Zq7';
const WRONG = 'CANARY-wrong-Zq8';
const WRONG_ADMIN = 'CANARY-admin-Zq9';
const PEPPER = 'CANARY-pepper-of-32-bytes-or-more';
const EMAIL = 'ada@example.com';

/** Where credentials are handed out on purpose. */
const CREDENTIAL_ROUTES = new Set(['/login', '/admin-login', '/refresh-token', '/reauthenticate']);

/** Everything in the store that nobody may see, and everything that was sent or handed out. */
function secretsOf(store: MemoryStore, tokens: readonly string[]): string[] {
  const { users = [], sessions = [], devices = [] } = store.dump();
  const of = (rows: readonly object[], name: string): string[] => rows.map((row) => String(Reflect.get(row, name)));
  const stored = [...of(users, 'passwordHash'), ...of(sessions, 'refreshSalt'), ...of(devices, 'secretHash')];
  return [...stored, ...tokens, PASSWORD, WRONG, WRONG_ADMIN, PEPPER, ADMIN_PASSWORD, SECRET];
}

/** Walks every flow there is, good and bad, and returns each reply with its path, and the tokens that were made. */
async function walk({ auth, store, clock }: Pick<World, 'auth' | 'store' | 'clock'>) {
  const sendTo = sender(auth);
  const replies: { readonly path: string; readonly reply: Reply }[] = [];
  const tokens: string[] = [];
  const send = async (method: string, path: string, body?: object, token?: string): Promise<Reply> => {
    const reply = await sendTo({ method, path, body, token, headers: { 'user-agent': 'walker' } });
    replies.push({ path, reply });
    const { accessToken, refreshToken, deviceToken } = reply.body.data ?? {};
    tokens.push(...[accessToken, refreshToken, deviceToken].filter((text) => text !== undefined));
    return reply;
  };
  const account = { email: EMAIL, password: PASSWORD, name: 'Ada' };
  await send('POST', '/register', account);
  await send('POST', '/register', account);
  await send('POST', '/register', { ...account, email: 'x@example.com', role: 'admin', adminPassword: WRONG_ADMIN });
  await send('POST', '/register', { ...account, email: 'admin@example.com', role: 'admin', adminPassword: ADMIN_PASSWORD });
  await send('POST', '/register', { ...account, name: { PASSWORD }, unknown: PASSWORD });
  await send('POST', '/register', { ...account, password: `${PASSWORD}\0` });
  await send('POST', '/login', { email: PASSWORD, password: PASSWORD });
  await send('POST', '/login', { email: EMAIL, password: WRONG });
  await send('POST', '/login', { email: EMAIL, password: { PASSWORD } });
  await send('POST', '/admin-login', { email: 'admin@example.com', password: PASSWORD, adminPassword: WRONG_ADMIN });
  await send('POST', '/admin-login', { email: 'admin@example.com', password: PASSWORD, adminPassword: ADMIN_PASSWORD });
  const login = (await send('POST', '/login', { email: EMAIL, password: PASSWORD })).body.data ?? {};
  const token = login.accessToken;
  await send('POST', '/login', { email: EMAIL, password: PASSWORD, deviceToken: login.deviceToken });
  await send('GET', '/me', undefined, token);
  await send('GET', '/me/export', undefined, token);
  await send('GET', '/sessions', undefined, token);
  await send('GET', '/devices', undefined, token);
  await send('GET', `/nowhere/${PASSWORD}`, undefined, token);
  await send('DELETE', `/sessions/${login.refreshToken}`, undefined, token);
  await send('PATCH', '/me', { name: 'B', username: 'bob' }, token);
  await send('POST', '/reauthenticate', { password: WRONG }, token);
  await send('POST', '/reauthenticate', { password: PASSWORD }, token);
  await send('POST', '/refresh-token', { refreshToken: login.refreshToken });
  await send('POST', '/refresh-token', { refreshToken: `${login.refreshToken}A` });
  await clock.advance(11_000);
  await send('POST', '/refresh-token', { refreshToken: login.refreshToken });
  await send('GET', '/me', undefined, token);
  const again = (await send('POST', '/login', { email: EMAIL, password: PASSWORD })).body.data ?? {};
  await send('POST', '/logout', { refreshToken: again.refreshToken, id: PASSWORD });
  await send('POST', '/logout', {}, again.accessToken);
  const last = (await send('POST', '/login', { email: EMAIL, password: PASSWORD })).body.data ?? {};
  const secrets = secretsOf(store, tokens);
  await send('POST', '/logout-all', {}, last.accessToken);
  return { replies, secrets: [...new Set(secrets)], tokens };
}

function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret.length > 4 && text.includes(secret));
}

/** A database that quotes what it was given, as Drizzle and many drivers do, in a message of several lines. */
function quotingStore(store: MemoryStore, shouldFail: () => boolean): MemoryStore {
  const quote = (verbs: StoreVerbs): StoreVerbs => {
    const calls: unknown[][] = [];
    const spied = spyOn(verbs, calls);
    return aroundVerbs(spied, async (call) => {
      if (!shouldFail()) return call();
      const result = call();
      await result.catch(() => undefined);
      const params = JSON.stringify(calls.at(-1));
      throw Object.assign(new Error(`Failed query: insert\nparams: ${params}\n    at ${params} (${params})`), { params, code: 'SQLITE_FULL' });
    });
  };
  return { ...store, ...quote(store), transaction: (work) => store.transaction((tx) => work(quote(tx))) };
}

function spyOn(verbs: StoreVerbs, calls: unknown[][]): StoreVerbs {
  const spy = <T extends object>(aggregate: T): T =>
    new Proxy(aggregate, {
      get(target, name) {
        const verb: unknown = Reflect.get(target, name);
        return typeof verb !== 'function' ? verb : (...args: unknown[]) => (calls.push(args), Reflect.apply(verb, target, args));
      },
    });
  const { users, sessions, devices, factors, backupCodes, oneTimeTokens, counters, attempts, rateLimits, outbox, events } = verbs;
  return {
    users: spy(users),
    sessions: spy(sessions),
    devices: spy(devices),
    factors: spy(factors),
    backupCodes: spy(backupCodes),
    oneTimeTokens: spy(oneTimeTokens),
    counters: spy(counters),
    attempts: spy(attempts),
    rateLimits: spy(rateLimits),
    outbox: spy(outbox),
    events: spy(events),
  };
}

describe('what leaves the library', () => {
  it('G2: no log line, event or answer of any flow holds a secret, but for the credentials that are asked for', async () => {
    const world = createWorld({ passwords: { cost: 4, pepper: PEPPER } });
    const { replies, secrets, tokens } = await walk(world);
    expect(tokens.length).toBeGreaterThan(15);
    expect(secrets.length).toBeGreaterThan(25);
    expect(leaksIn(JSON.stringify(world.log), secrets)).toEqual([]);
    expect(leaksIn(JSON.stringify(world.emitted), secrets)).toEqual([]);
    expect(leaksIn(JSON.stringify(world.store.dump()['events']), secrets)).toEqual([]);
    for (const { path, reply } of replies) {
      const isCredential = CREDENTIAL_ROUTES.has(path) && reply.status < 300;
      const allowed = isCredential ? new Set(tokens) : new Set<string>();
      const shown = JSON.stringify([reply.text, reply.headers]);
      expect([path, leaksIn(shown, secrets).filter((secret) => !allowed.has(secret))]).toEqual([path, []]);
    }
    // The net has no holes: what is handed out on purpose is caught where it is not allowed for.
    const handedOut = replies.filter(({ path }) => CREDENTIAL_ROUTES.has(path)).map(({ reply }) => reply.text);
    expect(leaksIn(handedOut.join(), secrets).length).toBeGreaterThan(10);
  });

  it('G2: every request is one line, without its body, query or what stood in its path', async () => {
    const world = createWorld();
    const { accessToken, sessionId, userId } = await loginAs(world.auth);
    await world.send({ path: `/sessions/${sessionId}`, method: 'DELETE', token: accessToken, query: 'a=CANARY', headers: { 'x-request-id': 'one' } });
    expect(world.log.filter(({ level }) => level === 'http')).toEqual([
      { level: 'http', message: 'request', fields: { method: 'DELETE', route: '/sessions/:id', status: 400, durationMs: 0, requestId: 'one', userId } },
    ]);
  });

  it('G2: a database whose errors quote their parameters gets none of them out, whichever verb fails', async () => {
    const plain = createWorld();
    const { secrets: expected } = await walk(plain);
    expect(expected.length).toBeGreaterThan(25);
    const world = createWorld({ passwords: { cost: 4, pepper: PEPPER } });
    // What was written before the failures begin is what the errors quote.
    const { secrets } = await walk(world);
    let calls = 0;
    let failAt = Infinity;
    const store = quotingStore(world.store, () => (calls += 1) === failAt);
    let faults = 0;
    for (failAt = 1; failAt <= 60; failAt += 1) {
      calls = 0;
      const auth = createAuth({ ...world.config, store });
      const fresh = { email: `n${failAt}@example.com`, password: PASSWORD, name: 'N' };
      const send = sender(auth);
      const seen: string[] = [];
      let tokens: string[] = [];
      const step = async (path: string, body: object, token?: string) => {
        const reply = await send({ method: 'POST', path, body, token });
        if (reply.status >= 500) seen.push(reply.text ?? '');
        const data: Partial<ReplyBody['data']> = reply.body.data ?? {};
        const { accessToken = '', refreshToken = '' } = data;
        tokens = [...tokens, accessToken, refreshToken].filter((text) => text !== '');
        return { accessToken, refreshToken };
      };
      await step('/register', fresh);
      const { accessToken, refreshToken } = await step('/login', { email: fresh.email, password: PASSWORD });
      await step('/refresh-token', { refreshToken });
      await step('/reauthenticate', { password: PASSWORD }, accessToken);
      await step('/login', { email: fresh.email, password: WRONG });
      await step('/logout', {}, accessToken);
      faults += seen.filter((text) => text.includes('"INTERNAL"')).length;
      expect(leaksIn(seen.join(), [...secrets, ...secretsOf(world.store, tokens)])).toEqual([]);
    }
    expect(faults).toBeGreaterThan(10);
    expect(world.log.filter(({ level }) => level === 'error').length).toBeGreaterThan(10);
    const everything = JSON.stringify(world.log);
    expect(leaksIn(everything, secretsOf(world.store, secrets))).toEqual([]);
    expect(everything).not.toContain('params');
    expect(everything).toContain('SQLITE_FULL');
  });

  it('G2: an error of the library holds no input either', async () => {
    const { auth } = createWorld();
    const attempts = await Promise.allSettled([
      auth.api.login({ email: EMAIL, password: PASSWORD }),
      auth.api.login({ email: PASSWORD, password: PASSWORD }),
      auth.api.refresh({ refreshToken: PASSWORD }),
      auth.api.me({}, { accessToken: PASSWORD }),
      auth.verifyAccessToken(PASSWORD),
      auth.authenticate(`Basic ${PASSWORD}`),
    ]);
    for (const attempt of attempts) {
      const error: unknown = Reflect.get(attempt, 'reason');
      expect(error).toMatchObject({ name: 'AuthError' });
      expect(leaksIn(inspect(error, { depth: 10, showHidden: true }), [PASSWORD])).toEqual([]);
    }
  });

  it('G2: what is told of a fault is its name, its code and where it was, however its message looks', () => {
    const error = new Error('one\n    at CANARY (CANARY:1:1)\ntwo CANARY');
    const told = JSON.stringify(describeFault(error));
    expect(told).not.toContain('CANARY');
    expect(told).toContain('secrecy.test');
    expect(describeFault('CANARY')).toEqual({ error: 'string' });
    const cause = Object.assign(new Error('CANARY'), { code: 'ECONNREFUSED' });
    expect(describeFault(new Error('CANARY', { cause }))).toMatchObject({ error: 'Error', cause: 'Error ECONNREFUSED' });
  });
});
