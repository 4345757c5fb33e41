import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuth } from '../create-auth.js';
import type { Bus } from '../ports/bus.js';
import { listenToTelemetry } from '../test-kit/listen-to-telemetry.js';
import type { Heard } from '../test-kit/listen-to-telemetry.js';
import { ADA, createAdaWorld, createMailTestApp } from '../test-kit/mail-test-app.js';
import { createTestApp, PASSWORD } from '../test-kit/test-app.js';
import { failingStore } from '../testing/failing-store.js';
import { loginAs } from '../testing/login-as.js';
import { storeChannel } from './channels.js';

const DOCUMENT = readFileSync(new URL('../../../../docs/telemetry.md', import.meta.url), 'utf8');

/** Collects all channel messages until the test is over. */
function listen(): Heard[] {
  const heard: Heard[] = [];
  onTestFinished(listenToTelemetry((message) => heard.push(message)));
  return heard;
}
const endsOf = (heard: readonly Heard[], name: string) =>
  heard.filter((one) => one.name === name && one.event === 'asyncEnd').map(({ message }) => message);

describe('the channels', () => {
  it('report a request, its use-case, its hash and its store calls', async () => {
    const { post } = await createAdaWorld();
    const heard = listen();
    const { body } = await post('/login', { email: ADA, password: PASSWORD });
    const durationMs = expect.any(Number);
    const { requestId } = body.meta;
    expect(endsOf(heard, 'sallyport:request')).toEqual([{ method: 'POST', route: '/login', requestId, status: 200, durationMs }]);
    expect(endsOf(heard, 'sallyport:use-case')).toEqual([{ useCase: 'login', durationMs }]);
    expect(endsOf(heard, 'sallyport:hashing')).toEqual([{ operation: 'verify', waitMs: expect.any(Number), durationMs }]);
    const calls = endsOf(heard, 'sallyport:store');
    expect(calls).toContainEqual({ verb: 'users.findByEmail', inTransaction: false, durationMs });
    expect(calls).toContainEqual({ verb: 'sessions.insert', inTransaction: true, durationMs });
    expect(calls.filter(({ verb }) => verb === 'transaction').length).toBeGreaterThan(0);
    const events = heard.filter(({ name }) => name === 'sallyport:request').map(({ event }) => event);
    expect(events).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
  });

  it('report refusals by code, and faults with `error` too', async () => {
    const { post, get } = await createAdaWorld();
    const heard = listen();
    await post('/login', { email: ADA, password: 'something else' });
    await get('/nowhere');
    expect(endsOf(heard, 'sallyport:request')).toMatchObject([
      { route: '/login', status: 401, error: 'INVALID_CREDENTIALS' },
      { route: undefined, status: 404, error: 'NOT_FOUND' },
    ]);
    expect(endsOf(heard, 'sallyport:use-case')).toMatchObject([{ useCase: 'login', error: 'INVALID_CREDENTIALS' }]);
    const thrown = heard.filter(({ event }) => event === 'error');
    expect(thrown.map(({ name, message }) => [name, message['error']])).toEqual([['sallyport:use-case', 'INVALID_CREDENTIALS']]);
  });

  it('report `auth.api` and guards', async () => {
    const { auth, ada } = await createAdaWorld();
    const heard = listen();
    await auth.api.me({}, { accessToken: ada.accessToken });
    expect(endsOf(heard, 'sallyport:use-case')).toMatchObject([{ useCase: 'me' }]);
    const head = { method: 'GET', ip: undefined, mount: '' };
    await auth.guard({ ...head, header: (name) => (name === 'authorization' ? `Bearer ${ada.accessToken}` : undefined) });
    await auth.guard({ ...head, header: () => undefined });
    expect(endsOf(heard, 'sallyport:guard')).toEqual([
      { method: 'GET', durationMs: expect.any(Number) },
      { method: 'GET', durationMs: expect.any(Number), status: 401, error: 'UNAUTHENTICATED' },
    ]);
  });

  it('report a failing store', async () => {
    const { auth, config } = createTestApp();
    await loginAs(auth);
    const heard = listen();
    const failing = createAuth({ ...config, store: failingStore(config.store, 1) });
    await expect(failing.api.login({ email: ADA, password: PASSWORD })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(failing.health()).resolves.toBeDefined();
    expect(endsOf(heard, 'sallyport:store')).toMatchObject([{ error: 'STORE_UNAVAILABLE' }, { verb: 'ping' }]);
  });

  it('report the hashing queue, and tasks that it refused', async () => {
    // Wait for the mails of the logins, so that the next test does not observe their delivery.
    const { auth } = createTestApp({ delivery: false, passwords: { hashConcurrency: 1, hashQueue: 1 } });
    await loginAs(auth);
    const heard = listen();
    await Promise.allSettled(Array.from({ length: 4 }, async () => auth.api.login({ email: ADA, password: PASSWORD })));
    const hashes = endsOf(heard, 'sallyport:hashing');
    const refused = hashes.filter(({ error }) => error === 'OVERLOADED');
    expect([hashes.length, refused.length]).toEqual([4, 2]);
    expect(refused.some((message) => 'waitMs' in message)).toBe(false);
    expect(Math.max(...hashes.map(({ waitMs = 0 }) => Number(waitMs)))).toBeGreaterThan(0.1);
    const states = heard.filter(({ name }) => name === 'sallyport:hashing-queue').map(({ message }) => message);
    expect(states).toContainEqual({ waiting: 1, running: 1 });
    expect(states.at(-1)).toEqual({ waiting: 0, running: 0 });
  });

  it('report deliveries and the backlog, but not within the request that woke the worker', async () => {
    const { mail, clock, post } = createMailTestApp();
    const heard = listen();
    const request = new AsyncLocalStorage<string>();
    const contexts: unknown[] = [];
    onTestFinished(listenToTelemetry(({ name, event }) => {
      if (name === 'sallyport:delivery' && event === 'start') contexts.push(request.getStore());
    }));
    mail.fail();
    await request.run('the request', async () => post('/register', { email: ADA, password: PASSWORD, name: 'Ada' }));
    await mail.settled();
    mail.recover();
    await clock.advance(60_000);
    await mail.settled();
    expect(endsOf(heard, 'sallyport:delivery')).toMatchObject([
      { kind: 'email-verification', channel: 'email', attempt: 1, ageMs: 0, outcome: 'failed' },
      { attempt: 2, outcome: 'sent' },
    ]);
    expect(contexts).toEqual([undefined, undefined]);
    const states = heard.filter(({ name }) => name === 'sallyport:outbox').map(({ message }) => message);
    expect(states).toContainEqual({ waiting: 1, oldestMs: 0 });
    expect(states.at(-1)).toEqual({ waiting: 0, oldestMs: 0 });
    expect(Math.max(...states.map(({ oldestMs }) => Number(oldestMs)))).toBeGreaterThan(1_000);
  });

  it('run the work in the async context that a subscriber sets or binds', async () => {
    const { auth, config } = createTestApp();
    await loginAs(auth);
    const bound = new AsyncLocalStorage<string>();
    const around = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const store = { ...config.store, ping: async () => void seen.push([bound.getStore(), around.getStore()]) };
    storeChannel.start.bindStore(bound, ({ verb }) => verb);
    const onStart = (message: unknown): void => {
      Object.assign(Object(message), { around: async <T>(work: () => Promise<T>) => around.run('around', work) });
    };
    storeChannel.start.subscribe(onStart);
    onTestFinished(() => {
      storeChannel.start.unbindStore(bound);
      storeChannel.start.unsubscribe(onStart);
    });
    await createAuth({ ...config, store }).health();
    expect(seen).toEqual([['ping', 'around']]);
    expect([bound.getStore(), around.getStore()]).toEqual([undefined, undefined]);
  });
});

describe('docs/telemetry.md', () => {
  const documented = [...DOCUMENT.matchAll(/^\| `(sallyport:[\w-]+)` \|(.*)\|$/gm)].map(([, name = '', row = '']) => {
    const fields = row.split('|').at(-1) ?? '';
    return { name, fields: [...fields.replace(/\([^)]*\)/g, '').matchAll(/`([a-z]\w+)`/g)].map(([, field = '']) => field) };
  });

  it('names every channel, and every field of its messages', async () => {
    const heard = listen();
    const bus: Bus = {
      kind: 'test',
      publish: () => undefined,
      subscribe: (listeners) => listeners.onConnection(false),
      inspect: async () => ({ kind: 'unreachable' }),
      close: async () => undefined,
    };
    const { auth, mail, clock, send, post } = await createAdaWorld({ bus });
    await auth.guard({ method: 'GET', ip: undefined, mount: '', header: () => undefined });
    await post('/password/request', { email: ADA });
    // The notifier refuses this message permanently.
    mail.fail(Object.assign(new Error('no such mailbox'), { permanent: true }));
    await clock.advance(60_000);
    await post('/password/request', { email: ADA });
    await mail.settled();
    await send({ path: '/health' });
    const told = new Map<string, Set<string>>();
    for (const { name, message } of heard) {
      const fields = told.get(name) ?? told.set(name, new Set()).get(name);
      for (const field of Object.keys(message)) if (!['durationMs', 'error', 'around'].includes(field)) fields?.add(field);
    }
    const sorted = (fields: Iterable<string>): string[] => [...fields].toSorted();
    expect(Object.fromEntries(documented.map(({ name, fields }) => [name, sorted(fields.filter((field) => field !== 'error'))]))).toEqual(
      Object.fromEntries([...told].map(([name, fields]) => [name, sorted(fields)])),
    );
  });
});
