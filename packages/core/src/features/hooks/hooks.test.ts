import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { AuthError, ConfigError } from '../../errors.js';
import { ADA, createMailTestApp, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import type { MailTestApp, MailTestAppOptions } from '../../test-kit/mail-test-app.js';
import { ADMIN_PASSWORD, PASSWORD, SECRET, stateOf } from '../../test-kit/test-app.js';
import type { Reply } from '../../test-kit/test-app.js';
import { inbox } from '../../testing/inbox.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import type { HookOptions } from './options.js';

const NEW = { email: 'new@example.com', password: PASSWORD, name: 'New', username: 'newcomer' };
const RESET_TOKEN = /^[0-9a-f]{64}$/;

interface Case {
  readonly hook: keyof HookOptions;
  /** Prepares without calling the hook, and returns the request about which the hook is called. */
  readonly prepare: (world: MailTestApp) => Promise<() => Promise<Reply>>;
  readonly seen: object;
  readonly event: string;
}

const CASES: readonly Case[] = [
  {
    hook: 'beforeRegister',
    prepare: async ({ post }) => () => post('/register', NEW),
    seen: { email: NEW.email, name: 'New', username: 'newcomer', role: 'user' },
    event: 'account.registration-refused',
  },
  {
    hook: 'beforeInvite',
    prepare: async ({ post, auth }) => {
      const admin = { email: 'root@example.com', role: 'admin', adminPassword: ADMIN_PASSWORD };
      const { accessToken } = await loginAs(auth, admin);
      return () => post('/users', { email: NEW.email, name: 'New' }, accessToken);
    },
    seen: { email: NEW.email, name: 'New', role: 'user', inviter: { email: 'root@example.com' } },
    event: 'account.invitation-refused',
  },
  {
    hook: 'beforeLogin',
    prepare: async ({ post }) => () => post('/login', { email: ADA, password: PASSWORD }),
    seen: { user: { email: ADA } },
    event: 'login.failed',
  },
  {
    hook: 'beforePasswordChange',
    prepare: async ({ post, auth }) => {
      const { accessToken } = await loginAs(auth);
      return () => post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, accessToken);
    },
    seen: { user: { email: ADA }, by: 'change' },
    event: 'password.change-refused',
  },
  {
    hook: 'beforePasswordChange',
    prepare: async ({ post, tokenOf }) => {
      await post('/password/request', { email: ADA });
      const token = await tokenOf('password-reset');
      expect(token).toMatch(RESET_TOKEN);
      return () => post('/password/reset', { token, newPassword: NEW_PASSWORD });
    },
    seen: { user: { email: ADA }, by: 'password-reset' },
    event: 'password.reset-refused',
  },
  {
    hook: 'beforeEmailChange',
    prepare: async ({ post, auth }) => {
      const { accessToken } = await loginAs(auth);
      return () => post('/email/change', { newEmail: 'Ada@New.example.com', password: PASSWORD }, accessToken);
    },
    seen: { user: { email: ADA }, newEmail: 'ada@new.example.com' },
    event: 'email.change-refused',
  },
  {
    hook: 'beforeRemoval',
    prepare: async ({ del, auth }) => {
      const { accessToken } = await loginAs(auth);
      return () => del('/me', accessToken, { password: PASSWORD });
    },
    seen: { user: { email: ADA } },
    event: 'account.removal-refused',
  },
];

/** A test app with one user, after `prepare`. From now on the hook is active. */
async function asked({ hook, prepare }: Case, answer: (world: MailTestApp) => void | Promise<void>, more: MailTestAppOptions = {}) {
  const attempts: object[] = [];
  let isOn = false;
  const ask = async (attempt: object): Promise<void> => {
    if (!isOn) return;
    attempts.push(attempt);
    await answer(world);
  };
  const world: MailTestApp = createMailTestApp({ ...more, hooks: { [hook]: ask } });
  await world.auth.api.register({ email: ADA, password: PASSWORD, name: 'Ada' });
  const request = await prepare(world);
  // A mail in delivery would change the outbox.
  await world.mail.settled();
  isOn = true;
  return { ...world, attempts, request };
}

describe.each(CASES)('$hook ($event)', (row) => {
  it('allows by returning, and receives user and change, but no secret', async () => {
    const { request, attempts } = await asked(row, () => undefined);
    expect((await request()).status).toBeLessThan(300);
    expect(attempts).toMatchObject([{ ...row.seen, caller: { ip: '192.0.2.1' } }]);
    expect(JSON.stringify(attempts)).not.toMatch(new RegExp(`${PASSWORD}|${NEW_PASSWORD}|hash|\\$2|[0-9a-f]{64}|sp_`, 'i'));
    expect(Object.isFrozen(attempts[0])).toBe(true);
  });

  it('refuses with an AuthError and its own message: the client gets it, nothing changes, and an event is recorded', async () => {
    const { request, store, emitted, mail } = await asked(row, () => {
      throw new AuthError('FORBIDDEN', { message: 'Your trial has ended' });
    });
    const before = stateOf(store);
    const mailed = mail.messages.length;
    const reply = await request();
    expect([reply.status, reply.body.code, reply.body.error]).toEqual([403, 'FORBIDDEN', 'Your trial has ended']);
    expect(stateOf(store)).toEqual(before);
    expect(emitted.at(-1)).toMatchObject({ type: row.event, outcome: 'failure', detail: { reason: 'vetoed' } });
    await mail.settled();
    expect(mail.messages).toHaveLength(mailed);
  });

  it('answers 500 without a reason if it throws anything else, and nothing changes', async () => {
    const { request, store, emitted, log } = await asked(row, () => Promise.reject(new Error('canary of the hook')));
    const before = stateOf(store);
    const reply = await request();
    expect([reply.status, reply.body.code]).toEqual([500, 'INTERNAL']);
    expect(stateOf(store)).toEqual(before);
    expect(emitted.at(-1)).toMatchObject({ type: row.event, outcome: 'failure', detail: { reason: 'hook-failed' } });
    expect(reply.text + JSON.stringify([log, emitted])).not.toContain('canary of the hook');
  });

  it('runs outside of transactions, so it may call the store and the library', async () => {
    const { request } = await asked(row, async ({ store, auth }) => {
      expect(await store.users.findByEmail(ADA)).not.toBeNull();
      expect((await auth.api.login({ email: 'nobody@example.com', password: PASSWORD }).catch(String))).toContain('Invalid');
    });
    expect((await request()).status).toBeLessThan(300);
  });
});

describe('beforeLogin', () => {
  it('L1: is not called if the login fails anyway, so that it cannot reveal the account', async () => {
    const world = createMailTestApp({ hooks: { beforeLogin: () => Promise.reject(new AuthError('FORBIDDEN')) } });
    await world.auth.api.register({ email: ADA, password: PASSWORD, name: 'Ada' });
    for (const body of [{ email: ADA, password: 'wrong' }, { email: 'nobody@example.com', password: PASSWORD }]) {
      expect((await world.post('/login', body)).body.code).toBe('INVALID_CREDENTIALS');
    }
    const notAdmin = { email: ADA, password: PASSWORD, adminPassword: ADMIN_PASSWORD };
    expect((await world.post('/admin-login', notAdmin)).body.code).toBe('INVALID_CREDENTIALS');
    expect((await world.post('/login', { email: ADA, password: PASSWORD })).body.code).toBe('FORBIDDEN');
  });
});

describe('beforeRegister', () => {
  it('is called after the password policy and before the hash', async () => {
    let asked = 0;
    let hashed = 0;
    const hash = (): Promise<string> => Promise.resolve(`hash ${(hashed += 1)}`);
    const hasher = { hash, verify: () => Promise.resolve(true), needsRehash: () => false, dummyHash: () => Promise.resolve('') };
    const hooks = {
      beforeRegister(): void {
        asked += 1;
        throw new AuthError('VALIDATION_FAILED', { issues: [{ path: 'email', message: 'must be of example.org' }] });
      },
    };
    const { post } = createMailTestApp({ hooks, passwords: { hasher } });
    await post('/register', { ...NEW, password: 'password' });
    expect(asked).toBe(0);
    const { body } = await post('/register', NEW);
    expect(body.meta.issues).toEqual([{ path: 'email', message: 'must be of example.org' }]);
    expect([asked, hashed]).toEqual([1, 0]);
  });

  it('R2: is called in the same way for a taken address', async () => {
    const seen: string[] = [];
    const hooks: HookOptions = { beforeRegister: ({ email }) => void seen.push(email) };
    const { post } = createMailTestApp({ hooks, registration: { concealExisting: true } });
    await post('/register', { ...NEW, username: undefined });
    await post('/register', { ...NEW, username: undefined });
    expect(seen).toEqual([NEW.email, NEW.email]);
  });
});

describe('beforePasswordChange', () => {
  it('does not use up the token of a reset that it refuses', async () => {
    let isOpen = false;
    const hooks: HookOptions = {
      beforePasswordChange() {
        if (!isOpen) throw new AuthError('FORBIDDEN');
      },
    };
    const { auth, post, tokenOf } = createMailTestApp({ hooks });
    await auth.api.register({ email: ADA, password: PASSWORD, name: 'Ada' });
    await post('/password/request', { email: ADA });
    const body = { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD };
    expect((await post('/password/reset', body)).body.code).toBe('FORBIDDEN');
    isOpen = true;
    expect((await post('/password/reset', body)).status).toBe(200);
  });
});

describe('the configuration of hooks', () => {
  const base = () => ({ secret: SECRET, store: createMemoryStore(), logger: false, notifier: inbox() }) as const;

  it('is refused if a hook is not a function or its name is unknown', () => {
    const make = (): unknown => Reflect.apply(createAuth, undefined, [{ ...base(), hooks: { beforeLogin: 'no', beforeLunch: () => 1 } }]);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(/hooks\.beforeLogin[^]*hooks\.beforeLunch/);
  });

  it('knows the type of the profile', () => {
    const auth = createAuth({
      ...base(),
      profile: v.object({ company: v.string() }),
      hooks: {
        beforeLogin: ({ user }) => void expectTypeOf(user.profile).toEqualTypeOf<{ company: string } | null>(),
        beforeRegister({ profile }) {
          expectTypeOf(profile).toEqualTypeOf<{ company: string } | null>();
        },
      },
    });
    expect(auth).toBeDefined();
  });
});
