import { toJsonSchema } from '@valibot/to-json-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RETURN_PAGE } from '../test-kit/fake-provider.js';
import { FLOW_PROVIDER, PROVIDER_OPTIONS } from '../test-kit/flows/providers.js';
import { ADMIN_PASSWORD, createTestApp, PASSWORD, stateOf } from '../test-kit/test-app.js';
import type { Reply } from '../test-kit/test-app.js';
import { headerOf } from '../testing/client.js';
import { loginAs } from '../testing/login-as.js';
import type { AnyRoute } from '../http/define-route.js';
import { routes } from './routes.js';

/** Derived from the route table, so that every new route is tested. */
const all: readonly (readonly [string, AnyRoute])[] = Object.entries<AnyRoute>({ ...routes });
/** Provider callbacks accept any fields, as a query or a form, and redirect to a page with errors. They have separate tests below. */
const isProviderAnswer = ({ path }: AnyRoute): boolean => path.endsWith('/callback');
const providerAnswers = all.filter(([, route]) => isProviderAnswer(route));
const withBody = all.filter(([, route]) => route.method !== 'GET' && !isProviderAnswer(route));
const withQuery = all.filter(([, route]) => route.method === 'GET' && !isProviderAnswer(route));

/** Valid values by field name. A field that is missing here is tested together with other invalid fields. */
const GOOD: Readonly<Record<string, unknown>> = {
  email: 'new@example.com',
  password: 'not the password of anybody',
  adminPassword: ADMIN_PASSWORD,
  name: 'Somebody',
  username: undefined,
  role: undefined,
  identifier: undefined,
  deviceToken: undefined,
  refreshToken: 'sp_rt_x',
  id: undefined,
  token: '123456',
  code: 'A1B2-C3D4-E5F6-G7H8',
  newPassword: 'the next password of nobody',
  currentPassword: 'not the password of anybody',
  newEmail: 'newer@example.com',
  method: 'totp',
  loginToken: undefined,
  phone: undefined,
  userId: undefined,
  challengeToken: undefined,
  trustDevice: undefined,
  disabled: undefined,
};

/** Passwords accept every character (security.md P2), including NUL. */
const IS_PASSWORD = /password$/i;

const TEN_THOUSAND = 'a'.repeat(10_000);
const NOT_TEXTS: readonly unknown[] = [null, 0, 1e308, true, [], ['a'], [['a']], {}, { toString: 'a' }, { $ne: null }];
const FORM = 'application/x-www-form-urlencoded';
const NUL = 'abcd\u0000efgh';

/**
 * One session for all refused requests of a route. It must stay valid, since refused requests must not change anything.
 */
async function world() {
  const made = createTestApp({ ...PROVIDER_OPTIONS, throttling: { enabled: false } });
  const admin = await loginAs(made.auth, { email: 'admin@example.com', role: 'admin' });
  const session = await loginAs(made.auth);
  const before = JSON.stringify(stateOf(made.store));
  const path = (route: AnyRoute): string =>
    route.path.replace(/:\w+/g, route.path.startsWith('/users/') ? session.userId : session.sessionId);
  const tokenFor = ({ access }: AnyRoute): string => (access.includes('admin') ? admin : session).accessToken;
  const send = (route: AnyRoute, request: { readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string>; readonly query?: string }) =>
    made.send({ method: route.method, path: path(route), token: tokenFor(route), ...request });
  const isUnchanged = (): boolean => JSON.stringify(stateOf(made.store)) === before;
  return { ...made, ...session, send, isUnchanged };
}

function fieldsOf(route: AnyRoute): { readonly names: readonly string[]; readonly required: readonly string[]; readonly booleans: readonly string[] } {
  const { properties = {}, required = [] } = toJsonSchema(route.input, { errorMode: 'ignore', typeMode: 'input' });
  const isInPath = (name: string): boolean => route.path.includes(`:${name}`);
  return {
    names: Object.keys(properties).filter((name) => !isInPath(name)),
    required: required.filter((name) => !isInPath(name)),
    booleans: Object.entries(properties).flatMap(([name, field]) =>
      typeof field === 'object' && field.type === 'boolean' ? [name] : [],
    ),
  };
}

function goodBody(route: AnyRoute): Record<string, unknown> {
  return Object.fromEntries(fieldsOf(route).names.map((name) => [name, name in GOOD ? GOOD[name] : 'x']));
}

/** `null` if the refusal is correct; otherwise its fault. */
function faultOf({ status, body, text }: Reply): string | null {
  if (status < 400 || status >= 500) return `${status} ${text}`;
  if (body.code !== 'VALIDATION_FAILED') return null;
  const issues = body.meta.issues ?? [];
  const isClear = issues.length > 0 && issues.every(({ path, message }) => path !== '' && message.length > 5);
  return isClear ? null : `unclear: ${text}`;
}

/** The paths in the issues of a refusal. */
function pathsOf(reply: Reply): readonly string[] {
  const fault = faultOf(reply);
  if (fault !== null || reply.body.code !== 'VALIDATION_FAILED') return [fault ?? `not VALIDATION_FAILED but ${reply.body.code}`];
  return (reply.body.meta.issues ?? []).flatMap(({ path }) => [path, path.split('.')[0] ?? '']);
}

describe.each(withBody)('Z2: %s refuses the request, and changes nothing, if', (_name, route) => {
  const { names, required, booleans } = fieldsOf(route);
  const shared = world();

  it('a field is missing', async () => {
    const { send, isUnchanged } = await shared;
    for (const name of required) {
      const { [name]: _, ...body } = goodBody(route);
      expect(pathsOf(await send(route, { body }))).toContain(name);
    }
    expect(isUnchanged()).toBe(true);
  });

  it('a field is not a string', async () => {
    const { send, isUnchanged } = await shared;
    for (const name of names) {
      const wrong = NOT_TEXTS.filter((value) => !(booleans.includes(name) && value === true));
      for (const value of wrong) expect(pathsOf(await send(route, { body: { ...goodBody(route), [name]: value } }))).toContain(name);
    }
    expect(isUnchanged()).toBe(true);
  });

  it('a string is empty, has 10,000 characters, or contains a lone surrogate or NUL', async () => {
    const { send, isUnchanged } = await shared;
    for (const name of names) {
      const hostile = [TEN_THOUSAND, '\ud800', 'abc\udc00defgh', ...(IS_PASSWORD.test(name) ? [] : [NUL, '\u0000'])];
      for (const value of hostile) {
        const text = JSON.stringify({ ...goodBody(route), [name]: value });
        expect(faultOf(await send(route, { body: new TextEncoder().encode(text) }))).toBeNull();
      }
      expect(pathsOf(await send(route, { body: { ...goodBody(route), [name]: TEN_THOUSAND } }))).toContain(name);
    }
    expect(isUnchanged()).toBe(true);
  });

  it('a key is unknown, and the response names it', async () => {
    const { send, isUnchanged } = await shared;
    const keys = ['unknown', '__proto__', 'constructor', 'prototype', 'toString', 'isAdmin', '', 'Email', 'userId', '$where'];
    for (const key of keys.filter((candidate) => !names.includes(candidate))) {
      const text = `{${JSON.stringify(key)}:{"role":"admin"},${JSON.stringify(goodBody(route)).slice(1)}`.replace(',}', '}');
      const reply = await send(route, { body: new TextEncoder().encode(text) });
      expect(reply.body.code).toBe('VALIDATION_FAILED');
      expect(reply.body.meta.issues).toContainEqual({ path: key, message: 'is not a known key' });
    }
    expect(Reflect.get({}, 'role')).toBeUndefined();
    expect(isUnchanged()).toBe(true);
  });

  it.each([
    ['null', 'null'],
    ['an array', '[]'],
    ['an array of bodies', '[{}]'],
    ['a number', '1'],
    ['a text', '"{}"'],
    ['true', 'true'],
    ['no JSON', '{'],
    ['JavaScript', '{email:"a"}'],
    ['two bodies', '{}{}'],
    ['a form', 'email=a&password=b'],
    ['NUL bytes', '\0\0'],
    ['nested 8,000 deep', '['.repeat(8_000) + ']'.repeat(8_000)],
  ])('the body is %s', async (_what, text) => {
    const { send, isUnchanged } = await shared;
    const reply = await send(route, { body: new TextEncoder().encode(text) });
    expect([reply.status, reply.body.code]).toEqual([400, 'MALFORMED_JSON']);
    expect(isUnchanged()).toBe(true);
  });

  it('a field is nested 2,000 levels deep', async () => {
    const { send, isUnchanged } = await shared;
    for (const name of [...names, 'unknown']) {
      const deep = '{"a":'.repeat(2_000) + '1' + '}'.repeat(2_000);
      expect(pathsOf(await send(route, { body: new TextEncoder().encode(`{${JSON.stringify(name)}:${deep}}`) }))).toContain(name);
    }
    expect(isUnchanged()).toBe(true);
  });

  it('the bytes are not UTF-8', async () => {
    const { send, isUnchanged } = await shared;
    const [head, tail] = ['{"name":"', '"}'].map((text) => [...new TextEncoder().encode(text)]);
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      const reply = await send(route, { body: new Uint8Array([...(head ?? []), ...bad, ...(tail ?? [])]) });
      expect(reply.body.code).toBe('MALFORMED_JSON');
    }
    expect((await send(route, { body: new Uint8Array(Buffer.from('{}', 'utf16le')) })).body.code).toBe('MALFORMED_JSON');
    expect(isUnchanged()).toBe(true);
  });

  it('the body has 17 KiB, with or without a Content-Length', async () => {
    const { send, isUnchanged } = await shared;
    const body = new TextEncoder().encode(JSON.stringify({ ...goodBody(route), name: 'a'.repeat(17 * 1_024) }));
    for (const headers of [{}, { 'content-length': '' }, { 'content-length': '1' }, { 'content-length': 'many' }]) {
      const reply = await send(route, { body, headers });
      expect([reply.status, reply.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
    expect(isUnchanged()).toBe(true);
  });

  it('the content type is not JSON', async () => {
    const { send, isUnchanged } = await shared;
    const types = ['', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'];
    for (const type of [...types, 'application/json; charset=utf-16', 'application/merge-patch+json', 'text/json', 'application/json, text/plain']) {
      const reply = await send(route, { body: goodBody(route), headers: { 'content-type': type } });
      expect([reply.status, reply.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    expect(isUnchanged()).toBe(true);
  });

  it('there is a query', async () => {
    const { send, isUnchanged } = await shared;
    for (const key of ['token', 'email', '__proto__', 'id', 'x y']) {
      expect(pathsOf(await send(route, { query: `${encodeURIComponent(key)}=1`, body: goodBody(route) }))).toContain(key);
    }
    expect(isUnchanged()).toBe(true);
  });
});

describe.each(withQuery)('Z2: %s refuses an unknown query parameter', (_name, route) => {
  const shared = world();

  it('and the response names it', async () => {
    const { send, isUnchanged } = await shared;
    for (const key of ['unknown', '__proto__', 'constructor', 'accessToken', 'a[b]']) {
      for (const query of [`${encodeURIComponent(key)}=1`, `${encodeURIComponent(key)}=1&${encodeURIComponent(key)}=2`]) {
        expect(pathsOf(await send(route, { query }))).toContain(key);
      }
    }
    expect(isUnchanged()).toBe(true);
  });
});

describe.each(providerAnswers)('Z2: %s redirects to the page with an error, and uses nothing up, if', (_name, { method, path }) => {
  const callback = path.replace(':provider', 'fake');

  /** A browser that returns from the provider. Its response is valid until a test changes it. */
  async function returning() {
    const made = createTestApp({ ...PROVIDER_OPTIONS, throttling: { enabled: false } });
    const started = await made.send({ method: 'POST', path: '/providers/fake/start', body: {} });
    const cookie = headerOf(started, 'Set-Cookie')?.split(';')[0] ?? '';
    const answer = FLOW_PROVIDER.approve(started.body.data.url);
    const deliver = async (text: string, { headers = {}, ...request }: { readonly headers?: Record<string, string>; readonly query?: string } = {}) =>
      method === 'GET'
        ? made.send({ method, path: callback, query: text, headers: { cookie, ...headers } })
        : made.send({ method, path: callback, body: new TextEncoder().encode(text), headers: { cookie, 'content-type': FORM, ...headers }, ...request });
    const before = JSON.stringify(stateOf(made.store));
    const refused = async (reply: Promise<Reply>, code = 'VALIDATION_FAILED'): Promise<void> => {
      const { status, headers } = await reply;
      expect([status, headers['Location']]).toEqual([303, `${RETURN_PAGE}#error=${code}`]);
      expect(JSON.stringify(stateOf(made.store))).toBe(before);
    };
    return { answer, deliver, refused };
  }

  it('a parameter is repeated, is too long, or contains NUL', async () => {
    const { answer, deliver, refused } = await returning();
    for (const name of ['state', 'code', 'iss', 'error', 'scope', 'id_token', 'Ünbekannt', '']) {
      const others = new URLSearchParams(answer);
      others.delete(name);
      const given = others.toString();
      await refused(deliver(`${given}&${name}=a&${name}=b`));
      await refused(deliver(`${given}&${name}=${'a'.repeat(8_193)}`));
      await refused(deliver(`${given}&${name}=a%00b`));
    }
    // Parameters named like JavaScript's own properties are dropped.
    expect(headerOf(await deliver(`${answer}&__proto__=a&__proto__=b&constructor=c`), 'Location')).toContain('#code=');
    expect(Object.keys(FLOW_PROVIDER.answers.at(-1)?.parameters ?? {}).toSorted()).toEqual(['code', 'state']);
  });

  it('a parameter names a provider', async () => {
    const { answer, deliver, refused } = await returning();
    for (const name of ['fake', 'other', '']) await refused(deliver(`${answer}&provider=${name}`));
    expect(headerOf(await deliver(answer), 'Location')).toContain('#code=');
  });

  it('state is missing, empty or wrong', async () => {
    const { answer, deliver, refused } = await returning();
    const { code = '', state = '' } = Object.fromEntries(new URLSearchParams(answer));
    const states = ['', '&state=', '&state=%FF', '&state=x', `&state=${state.toLowerCase()}`, `&state=${state}A`, `&state=${state}%20`, `&STATE=${state}`];
    for (const wrong of states) await refused(deliver(`code=${encodeURIComponent(code)}${wrong}`), 'INVALID_LOGIN_TOKEN');
    await refused(deliver(''), 'INVALID_LOGIN_TOKEN');
    expect(headerOf(await deliver(answer), 'Location')).toContain('#code=');
  });

  if (method === 'GET') return;

  it('the body is not a form, exceeds 16 KiB, or there is a query', async () => {
    const { answer, deliver, refused } = await returning();
    for (const type of ['', 'text/plain', 'application/json', 'multipart/form-data; boundary=x', `${FORM}; charset=utf-16`]) {
      await refused(deliver(answer, { headers: { 'content-type': type } }), 'UNSUPPORTED_MEDIA_TYPE');
    }
    for (const length of [{}, { 'content-length': '1' }]) await refused(deliver(`${answer}&x=${'a'.repeat(17 * 1_024)}`, { headers: length }), 'PAYLOAD_TOO_LARGE');
    await refused(deliver(answer, { query: 'state=x' }));
    expect(headerOf(await deliver(answer), 'Location')).toContain('#code=');
  });
});

describe('random input', () => {
  it.each(all)('Z2: never causes a 5xx at %s', async (_name, route) => {
    const { send } = await world();
    const { names } = fieldsOf(route);
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.emailAddress(),
      fc.constantFrom(PASSWORD, 'admin', 'sp_rt_', 'sp_dt_AAAA', '\u0000', '\ud800', '__proto__', 'ada@example.com'),
    );
    const field = names.length === 0 ? fc.string() : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string());
    const bodies = fc.dictionary(field, odd, { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(bodies, fc.string(), async (body, query) => {
        const reply = await send(route, route.method === 'GET' ? { query } : { body });
        expect(reply.status).toBeLessThan(500);
        expect(reply.text ?? '').not.toMatch(/\bat \/|node_modules|undefined is not/);
      }),
      { numRuns: 60 },
    );
  });

  it.each(all)('Z2: HEAD of the path of %s changes nothing', async (_name, route) => {
    const { store, send } = await world();
    const query = isProviderAnswer(route) ? new URLSearchParams({ code: 'a', state: 'b' }).toString() : undefined;
    const before = JSON.stringify(stateOf(store));
    const { status, text } = await send(route, { method: 'HEAD', ...(query !== undefined && { query }) });
    expect([status < 500, text]).toEqual([true, null]);
    expect(JSON.stringify(stateOf(store))).toBe(before);
  });

  it('Z2: never causes a 5xx with bodies that are not JSON', async () => {
    const { send } = await world();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...withBody), fc.uint8Array({ minLength: 1, maxLength: 60 }), async ([, route], body) => {
        const { status } = await send(route, { body });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it('Z2: never causes a 5xx with any path and method', async () => {
    const made = createTestApp();
    const segment = fc.oneof(fc.constantFrom('me', 'sessions', '..', '', '%2e%2e', ':id', '__proto__', '\u0000'), fc.string());
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', '__proto__', 'get');
    await fc.assert(
      fc.asyncProperty(method, path, async (verb, where) => {
        const { status } = await made.auth.handle({
          method: verb, path: where, mount: '/auth', query: '', ip: undefined,
          header: () => undefined,
          readBody: () => Promise.resolve({ kind: 'bytes', bytes: new Uint8Array() }),
        });
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300, examples: [['__proto__', '/me'], ['get', '/me']] },
    );
  });
});
