import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import type { Auth } from '../../auth.js';
import { AuthError, ConfigError } from '../../errors.js';
import { createTestApp, PASSWORD, SECRET, stateOf } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';
import { toAuthRequest } from '../../testing/client.js';
import { inbox } from '../../testing/inbox.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import type { User } from '../../model/user.js';
import type { ProfileSchema } from './options.js';

const schema = v.object({
  company: v.pipe(v.string(), v.trim(), v.maxLength(20, 'is too long')),
  plan: v.optional(v.picklist(['free', 'pro']), 'free'),
  address: v.optional(v.object({ city: v.string() })),
  notes: v.optional(v.array(v.unknown())),
});
const profile = { company: 'Acme' };
const stored = { company: 'Acme', plan: 'free' };
const account = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
const base = () => ({ secret: SECRET, store: createMemoryStore(), logger: false, notifier: inbox() }) as const;
const world = (): TestApp => createTestApp({ profile: schema });

/** A body with exact bytes, for JSON that `JSON.stringify` cannot produce. */
const raw = (text: string): Uint8Array => new TextEncoder().encode(text);
const issuesOf = ({ status, body }: Reply): unknown => [status, body.meta.issues];
const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)]);

describe('a profile', () => {
  it('is accepted at registration, transformed by the schema, and returned with every user', async () => {
    const { auth, post, get, store } = world();
    const registered = await post('/register', { ...account, profile: { company: '  Acme ', address: { city: 'Bern' } } });
    const whole = { ...stored, address: { city: 'Bern' } };
    expect(registered.body.data.user.profile).toEqual(whole);
    expect(store.dump()['users']).toMatchObject([{ profile: whole }]);
    const { accessToken } = await loginAs(auth, { profile });
    expect((await get('/me', accessToken)).body.data.user.profile).toEqual(whole);
    expect((await get('/me/export', accessToken)).body.data.user.profile).toEqual(whole);
    expect((await auth.authenticate(`Bearer ${accessToken}`)).user.profile).toEqual(whole);
  });

  it('is replaced as a whole by PATCH /me, and stays if it is omitted', async () => {
    const { auth, send, emitted } = world();
    const { accessToken } = await loginAs(auth, { profile: { company: 'Acme', address: { city: 'Bern' } } });
    const patch = (body: object): Promise<Reply> => send({ method: 'PATCH', path: '/me', token: accessToken, body });
    expect((await patch({ name: 'Countess' })).body.data.user.profile).toEqual({ ...stored, address: { city: 'Bern' } });
    expect((await patch({ profile: { company: 'Babbage' } })).body.data.user).toMatchObject({ name: 'Countess' });
    expect((await auth.api.me({}, { accessToken })).user.profile).toEqual({ company: 'Babbage', plan: 'free' });
    expect(emitted.at(-1)).toMatchObject({ type: 'account.updated', detail: { fields: 'profile' } });
    expect(JSON.stringify(emitted)).not.toContain('Babbage');
  });

  it('counts as empty if it is omitted at registration, which the schema may refuse', async () => {
    const { post } = world();
    expect(issuesOf(await post('/register', account))).toEqual([400, [{ path: 'profile.company', message: 'is required' }]]);
    const lenient = createTestApp({ profile: v.object({ plan: v.optional(v.string(), 'free') }) });
    expect((await lenient.post('/register', account)).body.data.user.profile).toEqual({ plan: 'free' });
  });

  it('is null for an account that is older than the schema, and is removed with the account', async () => {
    const before = createTestApp();
    const { accessToken, password } = await loginAs(before.auth);
    const after = createTestApp({ ...before.config, profile: schema });
    expect((await after.get('/me', accessToken)).body.data.user.profile).toBeNull();
    await after.send({ method: 'PATCH', path: '/me', token: accessToken, body: { profile } });
    expect((await after.get('/me', accessToken)).body.data.user.profile).toEqual(stored);
    await after.del('/me', accessToken, { password });
    expect(JSON.stringify(after.store.dump())).not.toContain('Acme');
  });

  it('is an unknown key, and absent from users, if none is configured', async () => {
    const { post, auth, send } = createTestApp();
    const unknown = [400, [{ path: 'profile', message: 'is not a known key' }]];
    expect(issuesOf(await post('/register', { ...account, profile }))).toEqual(unknown);
    expect((await post('/register', account)).text).not.toContain('profile');
    const { accessToken } = await loginAs(auth);
    expect(issuesOf(await send({ method: 'PATCH', path: '/me', token: accessToken, body: { profile } }))).toEqual(unknown);
  });

  it('is frozen, so that a handler cannot change it for later ones', async () => {
    const { auth } = world();
    const { accessToken } = await loginAs(auth, { profile });
    const outcome = await auth.guard(toAuthRequest({ path: '/', token: accessToken }));
    if (outcome.kind !== 'allowed') throw new Error('refused');
    expect(Object.isFrozen(outcome.principal.user.profile)).toBe(true);
  });
});

describe('Z2: a profile is refused, and nothing changes, if', () => {
  it.each<[string, unknown, string, string]>([
    ['a field has another type', { company: 7 }, 'profile.company', 'must be string'],
    ['a field is too long for the schema', { company: 'x'.repeat(21) }, 'profile.company', 'is too long'],
    ['a key is unknown', { ...profile, isAdmin: true }, 'profile.isAdmin', 'is not a known key'],
    ['a nested key is unknown', { ...profile, address: { city: 'Bern', zip: 1 } }, 'profile.address.zip', 'is not a known key'],
    ['it is a list', [profile], 'profile', 'must be an object'],
    ['it is a string', 'Acme', 'profile', 'must be an object'],
    ['it is null', null, 'profile', 'must be an object'],
    ['it contains NUL', { company: 'a\0b' }, 'profile.company', 'contains NUL or a lone surrogate'],
    ['it contains a lone surrogate', { company: '\ud800' }, 'profile.company', 'contains NUL or a lone surrogate'],
    ['it is larger than 8 KiB', { ...profile, notes: ['x'.repeat(8_192)] }, 'profile', 'must be at most 8 KiB as JSON'],
    ['it is nested too deep', { ...profile, notes: [nested(8)] }, 'profile.notes.0.0.0.0.0.0.0.0', 'must not be nested deeper than 8 levels'],
    ['it is nested far too deep', { ...profile, notes: [nested(3_000)] }, 'profile.notes.0.0.0.0.0.0.0.0', 'must not be nested deeper than 8 levels'],
  ])('%s', async (_what, value, path, message) => {
    const { auth, post, send, store } = world();
    const { accessToken } = await loginAs(auth, { email: 'bob@example.com', profile });
    const before = stateOf(store);
    const issues = [400, [{ path, message }]];
    expect(issuesOf(await post('/register', { ...account, profile: value }))).toEqual(issues);
    expect(issuesOf(await send({ method: 'PATCH', path: '/me', token: accessToken, body: { profile: value } }))).toEqual(issues);
    expect(stateOf(store)).toEqual(before);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('it has the key %s, at any depth', async (key) => {
    const { post } = createTestApp({ profile: v.looseObject({}) });
    const at = (where: string): Uint8Array => raw(JSON.stringify(account).replace('{', `{"profile":${where},`));
    const hostile = `{"${key}":{"isAdmin":true}}`;
    expect(issuesOf(await post('/register', at(hostile)))).toEqual([400, [{ path: `profile.${key}`, message: 'is not a known key' }]]);
    const deep = await post('/register', at(`{"a":[${hostile}]}`));
    expect(issuesOf(deep)).toEqual([400, [{ path: `profile.a.0.${key}`, message: 'is not a known key' }]]);
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });

  it('a number is not finite', async () => {
    const { post } = createTestApp({ profile: v.looseObject({}) });
    const body = raw(JSON.stringify(account).replace('{', '{"profile":{"age":1e999},'));
    expect(issuesOf(await post('/register', body))).toEqual([400, [{ path: 'profile.age', message: 'must be a finite number' }]]);
  });

  it('other fields are invalid too: all problems are reported at once, without values', async () => {
    const { post } = world();
    const reply = await post('/register', { ...account, email: 'nobody', profile: { company: 123_456 } });
    expect(reply.body.meta.issues?.map(({ path }) => path)).toEqual(['email', 'profile.company']);
    expect(reply.text).not.toContain('123456');
  });
});

/** A schema as another library than valibot would create it. */
function standard<Profile>(validate: ProfileSchema<Profile>['~standard']['validate']): ProfileSchema<Profile> {
  return { '~standard': { version: 1, vendor: 'tests', validate } };
}

describe('the schema of a profile', () => {
  const company = (value: unknown): string => String(Reflect.get(Object(value), 'company') ?? '');
  const acme = standard((value) =>
    company(value) === 'Acme'
      ? { value: { company: company(value) } }
      : { issues: [{ message: 'is not Acme', path: ['address', { key: 'city' }, 0] }, { message: 'is odd' }] },
  );

  it('may come from any library that implements Standard Schema', async () => {
    const { post } = createTestApp({ profile: acme });
    expect(issuesOf(await post('/register', { ...account, profile: { company: 'Other' } }))).toEqual([
      400,
      [{ path: 'profile.address.city.0', message: 'is not Acme' }, { path: 'profile', message: 'is odd' }],
    ]);
    expect(issuesOf(await post('/register', { ...account, profile: { company: 'Acme', more: 1 } }))).toEqual([
      400,
      [{ path: 'profile.more', message: 'is not a known key' }],
    ]);
    expect((await post('/register', { ...account, profile })).body.data.user.profile).toEqual(profile);
  });

  it.each([
    ['no schema', { company: 'string' }],
    ['null', null],
    ['of another version', { '~standard': { ...acme['~standard'], version: 2 } }],
    ['asynchronous', v.objectAsync({ company: v.string() })],
    ['broken', standard(() => { throw new Error('broken'); })],
  ])('is refused at start-up if it is %s', (_what, wrong) => {
    const make = (): unknown => Reflect.apply(createAuth, undefined, [{ ...base(), profile: wrong }]);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow('- profile: must be a Standard Schema');
  });

  it('causes a server fault if its output is not JSON, and nothing is stored', async () => {
    const dated = v.object({ born: v.pipe(v.string(), v.transform((text) => new Date(text))) });
    const { post, store, log } = createTestApp({ profile: dated });
    const reply = await post('/register', { ...account, profile: { born: '1815-12-10' } });
    expect([reply.status, reply.body.code]).toEqual([500, 'INTERNAL']);
    expect(store.dump()['users']).toEqual([]);
    expect(log).toContainEqual(expect.objectContaining({ level: 'error', message: 'request failed' }));
  });

  it('is in the OpenAPI document, for input and output', () => {
    const text = JSON.stringify(createAuth({ ...base(), profile: schema }).openapi());
    expect(text.match(/"profile":\{[^]*?"company"/g)?.length).toBeGreaterThan(4);
    const { paths } = createAuth({ ...base(), profile: schema }).openapi();
    expect(paths['/register']?.['post']).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { required: ['email', 'password', 'name', 'profile'], properties: { profile: { required: ['company'] } } } } } },
    });
    expect(JSON.stringify(createAuth(base()).openapi()).includes('"profile":')).toBe(false);
  });
});

describe('the type of a profile', () => {
  interface Profile {
    company: string;
    plan: 'free' | 'pro';
    address?: { city: string } | undefined;
    notes?: unknown[] | undefined;
  }
  type ProfileInput = v.InferInput<typeof schema>;
  const auth = createAuth({ ...base(), profile: schema });

  it('is the input type of the schema where a profile is given: other types do not compile, fields with a default may be omitted', async () => {
    // @ts-expect-error -- the wrong type
    await expect(auth.api.register({ ...account, profile: { company: 42 } })).rejects.toThrow(AuthError);
    // @ts-expect-error -- the wrong type
    await expect(auth.createUser({ ...account, profile: { company: 42 } })).rejects.toThrow(AuthError);
    await expect(auth.createUser({ ...account, profile: { company: 'Acme' } })).resolves.toMatchObject({ profile: { plan: 'free' } });
  });

  it("is the schema's output type everywhere else", async () => {
    expectTypeOf(auth).toEqualTypeOf<Auth<'user' | 'admin', never, Profile, ProfileInput>>();
    expectTypeOf<Awaited<ReturnType<typeof auth.api.me>>['user']['profile']>().toEqualTypeOf<Profile | null>();
    expectTypeOf<Awaited<ReturnType<typeof auth.authenticate>>['user']>().toEqualTypeOf<User<Profile>>();
    expectTypeOf<Awaited<ReturnType<typeof auth.api.updateMe>>['user']>().toEqualTypeOf<User<Profile>>();
    expectTypeOf(auth).toExtend<Auth>();
    // @ts-expect-error -- a field that the schema does not have does not compile either
    await expect(auth.api.register({ ...account, profile: { compny: 'Acme' } })).rejects.toThrow(AuthError);
  });

  it('is undefined if no schema is configured, and unknown for any `Auth`', () => {
    expectTypeOf<Auth['api']['me']>().returns.resolves.toHaveProperty('user').toEqualTypeOf<User>();
    expectTypeOf<User['profile']>().toEqualTypeOf<unknown>();
    const plain = createAuth(base());
    expectTypeOf<Awaited<ReturnType<typeof plain.api.me>>['user']['profile']>().toEqualTypeOf<undefined>();
    expect(plain).toBeDefined();
  });
});
