import { testContext } from '../../test-kit/test-context.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import type { Auth } from '../../auth.js';
import { ConfigError } from '../../errors.js';
import { createTestApp, SECRET } from '../../test-kit/test-app.js';
import { toAuthRequest } from '../../testing/client.js';
import { inbox } from '../../testing/inbox.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { hasPermission } from './has-permission.js';

const roles = ['user', 'editor', 'admin'];
const permissions = { admin: ['users:*', 'posts:write'], editor: ['posts:write'] };
const base = () => ({ secret: SECRET, store: createMemoryStore(), logger: false, notifier: inbox() }) as const;

describe('a permission', () => {
  const context = testContext({ registration: { roles }, permissions });

  it.each([
    ['editor', 'posts:write', true],
    ['editor', 'posts:writer', false],
    ['editor', 'posts:read', false],
    ['admin', 'users:anything', true],
    ['admin', 'users:of:many:kinds', true],
    ['admin', 'user:anything', false],
    ['admin', 'usersx:anything', false],
    ['admin', 'users', false],
    ['user', 'posts:write', false],
    ['nobody', 'posts:write', false],
    ['constructor', 'posts:write', false],
    ['__proto__', 'posts:write', false],
  ])('of %s: %s: %s', (role, permission, may) => {
    expect(hasPermission(context, { role, permission })).toBe(may);
  });
});

describe('the configuration of permissions', () => {
  it.each([
    [{ admin: ['users'] }, 'permissions.admin.0'],
    [{ admin: ['*'] }, 'permissions.admin.0'],
    [{ admin: ['users:*:read'] }, 'permissions.admin.0'],
    [{ admin: ['Users:read'] }, 'permissions.admin.0'],
    [{ admin: ['users:'] }, 'permissions.admin.0'],
    [{ admin: ['users:read', ' users:write'] }, 'permissions.admin.1'],
    [{ admin: 'users:read' }, 'permissions.admin'],
    [{ editor: ['posts:write'] }, 'permissions'],
  ])('%j is refused at %s', (wrong, path) => {
    const make = (): unknown => Reflect.apply(createAuth, undefined, [{ ...base(), permissions: wrong }]);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(`- ${path}: `);
  });

  it('names the unknown role', () => {
    const make = (): unknown => Reflect.apply(createAuth, undefined, [{ ...base(), permissions: { editor: ['posts:write'] } }]);
    expect(make).toThrow('editor');
  });
});

describe('a guard that requires a permission', () => {
  it('Z1: admits roles that have it, and answers FORBIDDEN to others, with an event', async () => {
    const { auth, emitted } = createTestApp({ registration: { roles }, permissions });
    const rule = auth.accessRule({ permission: 'posts:write' });
    const editor = await loginAs(auth, { role: 'editor' });
    const user = await loginAs(auth, { email: 'bob@example.com' });
    const ask = (token: string) => auth.guard(toAuthRequest({ path: '/', token }), rule);
    expect(await ask(editor.accessToken)).toMatchObject({ kind: 'allowed', principal: { user: { role: 'editor' } } });
    const refused = await ask(user.accessToken);
    expect(refused).toMatchObject({ kind: 'refused', reply: { status: 403 } });
    expect(refused.kind === 'refused' && refused.reply.body).toContain('"FORBIDDEN"');
    expect(emitted.at(-1)).toMatchObject({ type: 'access.denied', userId: user.userId, detail: { code: 'FORBIDDEN' } });
  });

  it("S6: uses the stored user's role, not the token's", async () => {
    const { auth, store, clock } = createTestApp({ registration: { roles }, permissions, session: { stateTtl: 0 } });
    const { accessToken, userId } = await loginAs(auth, { role: 'editor' });
    const rule = auth.accessRule({ permission: 'posts:write' });
    const ask = async () => (await auth.guard(toAuthRequest({ path: '/', token: accessToken }), rule)).kind;
    expect(await ask()).toBe('allowed');
    const user = await store.users.find(userId);
    if (user === null) throw new Error('the user is missing');
    // Change only the stored role, so that the access token stays valid.
    await store.transaction(async (tx) => {
      const session = (await tx.sessions.list(userId, { liveAt: clock.now() }))[0];
      await tx.users.remove(userId, 'nobody');
      await tx.users.insert({ ...user, role: 'user' });
      if (session !== undefined) await tx.sessions.insert(session);
    });
    expect(await ask()).toBe('refused');
  });

  it('requires the role as well if both are given', async () => {
    const { auth } = createTestApp({ registration: { roles }, permissions });
    const { accessToken } = await loginAs(auth, { role: 'editor' });
    const rule = auth.accessRule({ permission: 'posts:write', roles: ['admin'] });
    expect((await auth.guard(toAuthRequest({ path: '/', token: accessToken }), rule)).kind).toBe('refused');
  });

  it('cannot be created with an unknown name', () => {
    const { auth } = createTestApp({ registration: { roles }, permissions });
    expect(() => auth.accessRule({ permission: 'posts:wirte' })).toThrow(ConfigError);
    expect(() => auth.accessRule({ permission: 'posts:*' })).toThrow(ConfigError);
    expect(() => auth.accessRule({ roles: ['edtior'] })).toThrow('roles.0');
  });
});

describe('the types of roles and permissions', () => {
  const auth = createAuth({
    ...base(),
    registration: { roles: ['user', 'editor', 'admin'] },
    permissions: { admin: ['users:*'], editor: ['posts:write'] },
  });

  it('are those of the configuration', () => {
    expectTypeOf(auth).toEqualTypeOf<Auth<'user' | 'editor' | 'admin', 'users:*' | 'posts:write', undefined>>();
    expectTypeOf(createAuth(base())).toEqualTypeOf<Auth<'user' | 'admin', never, undefined>>();
    expectTypeOf(auth).toExtend<Auth>();
    expect(auth.accessRule({ permission: 'posts:write', roles: ['editor'] })).toMatchObject({ permission: 'posts:write' });
    expect(auth.accessRule({ permission: 'users:anything' })).toMatchObject({ permission: 'users:anything' });
  });

  it('reject misspelt names', () => {
    // @ts-expect-error an unknown permission
    expect(() => auth.accessRule({ permission: 'posts:wirte' })).toThrow(ConfigError);
    // @ts-expect-error an unknown role
    expect(() => auth.accessRule({ roles: ['edtior'] })).toThrow(ConfigError);
    // @ts-expect-error an unknown role
    expect(() => createAuth({ ...base(), permissions: { edtior: ['posts:write'] } })).toThrow(ConfigError);
    // @ts-expect-error no permissions are configured
    expect(() => createAuth(base()).accessRule({ permission: 'posts:write' })).toThrow(ConfigError);
    const wildcards = createAuth({ ...base(), registration: { roles: ['user', 'editor', 'admin'] }, permissions: { admin: ['posts:*', 'posts:delete', 'users:*'], editor: ['posts:write'] } });
    expect(wildcards.accessRule({ permission: 'posts:delete' })).toMatchObject({ permission: 'posts:delete' });
    expect(wildcards.accessRule({ permission: 'posts:*' })).toMatchObject({ permission: 'posts:*' });
    expect(wildcards.accessRule({ permission: 'users:invite' })).toMatchObject({ permission: 'users:invite' });
    // @ts-expect-error a misspelt permission next to a wildcard
    expect(() => wildcards.accessRule({ permission: 'posts:wrte' })).toThrow(ConfigError);
    // @ts-expect-error a default role that is not one of the roles
    expect(() => createAuth({ ...base(), registration: { roles: ['user', 'editor'], defaultRole: 'usr' } })).toThrow(ConfigError);
  });
});
