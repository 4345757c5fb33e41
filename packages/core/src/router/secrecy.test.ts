import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthError } from '../errors.js';
import { createAuth } from '../create-auth.js';
import { leaksIn, PEOPLE, PEPPER, secretsOf, withoutCredentials } from '../test-kit/canaries.js';
import { beginFlow, ROUTE_SCENARIOS } from '../test-kit/flows/flows.js';
import type { BegunFlow } from '../test-kit/flows/flows.js';
import type { Flow } from '../test-kit/flows/flow.js';
import { listenToTelemetry } from '../test-kit/listen-to-telemetry.js';
import type { Heard } from '../test-kit/listen-to-telemetry.js';
import { ADA } from '../test-kit/mail-test-app.js';
import { createTestApp, PASSWORD, sender } from '../test-kit/test-app.js';
import type { Reply } from '../test-kit/test-app.js';
import { wrapMethods } from '../ports/store/wrap-methods.js';
import type { MethodWrapper } from '../ports/store/wrap-methods.js';
import type { AuthStore } from '../ports/store/store.js';
import type { Notification, Notifier } from '../ports/notifier.js';
import { inbox } from '../testing/inbox.js';
import { loginAs } from '../testing/login-as.js';
import { describeError } from '../foundation/describe-error.js';
import { routes } from './routes.js';

/** An error that quotes its input wherever possible, in a message of several lines, like those of some drivers and clients. */
function quoting(...passed: readonly unknown[]): Error {
  const quote = JSON.stringify(passed);
  return Object.assign(new Error(`Failed: ${quote}\nparams: ${quote}\n    at ${quote} (${quote})`), {
    name: quote,
    params: quote,
    code: quote,
    permanent: true,
  });
}

/** A store whose call number `failAt` takes effect and then fails with such an error. */
function quotingStore(store: AuthStore, failAt: number): AuthStore & { readonly calls: () => number } {
  let calls = 0;
  const quote: MethodWrapper = async ({ args, run }) => {
    calls += 1;
    const isFailing = calls === failAt;
    const result = await run();
    if (isFailing) throw quoting(args, result);
    return result;
  };
  return {
    ...wrapMethods(store, quote),
    transaction: async (work) => store.transaction(async (tx) => work(wrapMethods(tx, quote))),
    ping: async () => quote({ name: 'ping', args: [], run: async () => store.ping() }),
    close: async () => store.close(),
    calls: () => calls,
  };
}

/** The secrets that appear in the test app's output. */
function leaksOf({ world, request }: BegunFlow, flow: Flow, reply: Reply): string[] {
  const secrets = secretsOf(world, request, reply.body.data);
  return [
    ...leaksIn(JSON.stringify(heard), ['params', ...PEOPLE, ...secrets]),
    ...leaksIn(JSON.stringify(world.log), ['params', ...PEOPLE, ...secrets]),
    ...leaksIn(JSON.stringify([world.emitted, world.store.dump()['events']]), secrets),
    ...leaksIn(withoutCredentials(flow.route, reply), secrets),
    ...(reply.status < 400 ? [] : leaksIn(reply.text ?? '', PEOPLE)),
  ];
}

/** Scenarios that change and refuse nothing, or only begin a login with a provider. They record no event. */
const WITHOUT_EVENT: ReadonlySet<string> = new Set([
  'refresh, repeated within the grace',
  'beginning a passkey',
  'beginning a login by passkey',
  'start a login with a provider',
  'start a link to a provider',
]);

const heard: Heard[] = [];
let stopListening = (): void => undefined;
beforeAll(() => {
  stopListening = listenToTelemetry((message) => heard.push(message));
});
beforeEach(() => {
  heard.length = 0;
});
afterAll(() => stopListening());

const OPTIONS = { passwords: { cost: 4, pepper: PEPPER } };

describe.each(Object.entries(ROUTE_SCENARIOS))('%s', (name, flow) => {
  it('G1, G2: a change records an event, and no log line, event, telemetry or response contains a secret, except requested credentials', async () => {
    const begun = await beginFlow(flow, OPTIONS);
    const eventsBefore = begun.world.emitted.length;
    const reply = await begun.world.send(begun.request);
    await begun.world.mail.settled();
    expect(leaksOf(begun, flow, reply)).toEqual([]);
    expect(heard.some(({ name, message }) => name === 'sallyport:use-case' && message['useCase'] === flow.route)).toBe(true);
    const isSilent = routes[flow.route].method === 'GET' || WITHOUT_EVENT.has(name);
    expect(isSilent || begun.world.emitted.length > eventsBefore).toBe(true);
  });

  it('G2: errors of the database and the notifier that quote their input reveal nothing', async () => {
    const begun = await beginFlow(flow, OPTIONS);
    const { config } = begun.world;
    const taken = inbox();
    const notifier: Notifier = {
      channels: taken.channels,
      async send(message: Notification) {
        await taken.send(message);
        throw quoting(message);
      },
    };
    const store = quotingStore(config.store, Infinity);
    const undisturbed = await sender(createAuth({ ...config, store, notifier }), config)(begun.request);
    await taken.settled();
    expect(leaksOf(begun, flow, undisturbed)).toEqual([]);

    const failAt = 1 + (store.calls() >> 1);
    const again = await beginFlow(flow, OPTIONS);
    const failing = createAuth({ ...again.world.config, store: quotingStore(again.world.config.store, failAt), notifier });
    const reply = await sender(failing, config)(again.request);
    await taken.settled();
    expect(leaksOf(again, flow, reply)).toEqual([]);
  });
});

describe('the output of the library', () => {
  it('G2: is really checked: the check detects unexpected secrets', async () => {
    const { login } = ROUTE_SCENARIOS;
    if (login === undefined) throw new Error('no such flow');
    const { world, ada, request } = await beginFlow(login, OPTIONS);
    const reply = await world.send(request);
    const secrets = secretsOf(world, request, reply.body.data);
    expect(leaksOf({ world, ada, request }, { ...login, route: 'me' }, reply)).toHaveLength(3);
    expect(leaksIn(withoutCredentials('login', reply), secrets)).toEqual([]);
    expect(leaksIn(JSON.stringify(world.store.dump()), secrets).length).toBeGreaterThan(5);
    expect(leaksIn(JSON.stringify(quoting(request).message), [...PEOPLE, ...secrets]).length).toBeGreaterThan(2);
  });

  it('G2: has one log line per request, without body, query or path parameters', async () => {
    const world = createTestApp();
    const { accessToken, sessionId, userId } = await loginAs(world.auth);
    await world.send({ path: `/sessions/${sessionId}`, method: 'DELETE', token: accessToken, query: 'a=CANARY', headers: { 'x-request-id': 'one' } });
    expect(world.log.filter(({ level }) => level === 'http')).toEqual([
      { level: 'http', message: 'request', fields: { method: 'DELETE', route: '/sessions/:id', status: 400, durationMs: 0, requestId: 'one', userId } },
    ]);
  });

  it.each([
    ['POST', '/register', { email: ADA, password: PASSWORD, name: { PASSWORD }, unknown: PASSWORD }],
    ['POST', '/register', { email: ADA, password: `${PASSWORD}\0`, name: 'Ada' }],
    ['POST', '/login', { email: PASSWORD, password: PASSWORD }],
    ['POST', '/login', { email: ADA, password: { PASSWORD } }],
    ['POST', '/logout', { refreshToken: PASSWORD, id: PASSWORD }],
    ['GET', `/nowhere/${encodeURIComponent(PASSWORD)}`, undefined],
    ['DELETE', `/sessions/${encodeURIComponent(PASSWORD)}`, undefined],
  ])('G2: does not repeat a secret in the wrong place: %s %s', async (method, path, body) => {
    const world = createTestApp();
    const { accessToken } = await loginAs(world.auth);
    const reply = await world.send({ method, path, body, token: accessToken });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    const told = JSON.stringify([world.log, world.emitted, reply.text]);
    expect(leaksIn(told, [PASSWORD, encodeURIComponent(PASSWORD), ADA])).toEqual([]);
  });

  it("G2: contains no input in the library's own errors", async () => {
    const { auth, config, log } = createTestApp();
    const failing = createAuth({ ...config, store: quotingStore(config.store, 1) });
    const attempts = await Promise.allSettled([
      auth.api.login({ email: ADA, password: PASSWORD }),
      auth.api.login({ email: PASSWORD, password: PASSWORD }),
      auth.api.refresh({ refreshToken: PASSWORD }),
      auth.api.me({}, { accessToken: PASSWORD }),
      auth.verifyAccessToken(PASSWORD),
      auth.authenticate(`Basic ${PASSWORD}`),
      failing.api.login({ email: ADA, password: PASSWORD }),
    ]);
    for (const attempt of attempts) {
      const error: unknown = Reflect.get(attempt, 'reason');
      expect(error).toMatchObject({ name: 'AuthError' });
      expect(leaksIn(inspect(error, { depth: 10, showHidden: true }), [PASSWORD, ADA])).toEqual([]);
    }
    expect(log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('G2: has the name, code and place of a fault in the log, but not its message', () => {
    const error = new Error('one\n    at CANARY (CANARY:1:1)\ntwo CANARY');
    const told = JSON.stringify(describeError(error));
    expect(told).not.toContain('CANARY');
    expect(told).toContain('secrecy.test');
    expect(describeError('CANARY')).toEqual({ error: 'string' });
    // A database's code helps the operator. Any other thrown text may be a value.
    for (const code of ['SQLITE_FULL', '53100']) {
      expect(describeError(new AuthError('STORE_UNAVAILABLE', { cause: code }))).toMatchObject({ error: 'AuthError', cause: code });
    }
    expect(describeError(new AuthError('STORE_UNAVAILABLE', { cause: 'a CANARY' })).cause).toBeUndefined();
    expect(describeError(new AuthError('INTERNAL', { cause: 'CANARY' })).cause).toBeUndefined();
    const cause = Object.assign(new Error('CANARY'), { code: 'ECONNREFUSED' });
    expect(describeError(new Error('CANARY', { cause }))).toMatchObject({ error: 'Error', cause: 'Error ECONNREFUSED' });
    const named = Object.assign(new Error('x', { cause: quoting('CANARY') }), { name: 'of ada@example.com', code: 'canary 123456' });
    expect(describeError(named)).toMatchObject({ error: 'Error', code: undefined, cause: 'Error' });
    expect(describeError(Object.assign(new Error('x'), { name: 'TypeError', code: 'ERR_INVALID_ARG' }))).toMatchObject({ error: 'TypeError', code: 'ERR_INVALID_ARG' });
  });
});
