import { hash as bcryptHash } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { createTestApp, PASSWORD, sender } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { aUser } from '../../testing/builders.js';
import { createBcryptHasher } from './bcrypt-hasher.js';

const EMAIL = 'ada@example.com';
const cheap = createBcryptHasher({ cost: 4, maxCost: 14, peppers: [] });

/** An account with this stored hash, and a function that logs in. */
async function imported(passwordHash: string, options: Parameters<typeof createTestApp>[0] = {}) {
  const world = createTestApp(options);
  const user = aUser({ email: EMAIL, passwordHash });
  await world.store.users.insert(user);
  const login = async (password: string) => (await world.post('/login', { email: EMAIL, password })).status;
  const stored = async () => (await world.store.users.find(user.id))?.passwordHash ?? '';
  return { ...world, user, login, stored };
}

describe('the password policy', () => {
  const register = (password: string) => createTestApp({ passwords: { blocklist: false } }).post('/register', { email: EMAIL, name: 'Ada', password });

  it.each([
    ['seven characters', 'a'.repeat(7)],
    ['seven characters of two code units each', '😀'.repeat(7)],
    ['eight that NFC makes seven', `e\u0301${'a'.repeat(6)}`],
    ['129 characters', 'a'.repeat(129)],
  ])('P1: %s are refused with the reason', async (_what, password) => {
    const { status, body } = await register(password);
    expect([status, body.code]).toEqual([400, 'WEAK_PASSWORD']);
    expect(body.meta.issues).toMatchObject([{ path: 'password', message: expect.stringMatching(/at (least 8|most 128) characters/) }]);
  });

  it.each([
    ['eight characters', 'a'.repeat(8)],
    ['128 characters', 'a'.repeat(128)],
    ['128 characters of two code units each', '😀'.repeat(128)],
    ['129 that NFC makes 128', `e\u0301${'a'.repeat(127)}`],
    ['spaces alone', ' '.repeat(8)],
    ['no letter, digit or sign that a rule might ask for', 'ääääääää'],
    ['NUL among them', 'abcd\0efgh'],
  ])('P1: %s are accepted', async (_what, password) => {
    expect((await register(password)).status).toBe(201);
  });

  it.each(['minLength', 'maxLength'])('P1: %s cannot be set to an unsafe value', (name) => {
    expect(() => createTestApp({ passwords: { [name]: 7 } })).toThrow(/whole number/);
  });

  it('P2: lone surrogates are refused, since they have no UTF-8 encoding and would get the same hash', async () => {
    const body = new TextEncoder().encode(`{"email":"${EMAIL}","name":"Ada","password":"correct horse \\ud800"}`);
    const reply = await createTestApp().send({ method: 'POST', path: '/register', body });
    expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'password' }] } });
  });
});

describe('comparing passwords', () => {
  const base = 'x'.repeat(72);
  it.each([
    ['differ at byte 73 alone', `${base}a`, `${base}b`],
    ['differ at byte 128 alone', `${'x'.repeat(127)}a`, `${'x'.repeat(127)}b`],
    ['differ after a NUL', 'abcdefgh\0one', 'abcdefgh\0two'],
    ['are cut at a NUL', 'abcdefgh\0', 'abcdefgh'],
    ['differ in a space at the end', 'abcdefgh', 'abcdefgh '],
    ['differ in a space at the start', 'abcdefgh', ' abcdefgh'],
    ['differ in case', 'abcdefgh', 'Abcdefgh'],
    ['look alike', 'abcdefgh', 'abcdefg\uff48'],
  ])('P2: two passwords that %s are different', async (_what, one, two) => {
    const { auth, post } = createTestApp({ passwords: { blocklist: false } });
    await loginAs(auth, { email: EMAIL, password: one });
    expect((await post('/login', { email: EMAIL, password: two })).status).toBe(401);
    expect((await post('/login', { email: EMAIL, password: one })).status).toBe(200);
  });

  it('P1: composed and decomposed spellings of one password are the same', async () => {
    const { auth, post } = createTestApp({ passwords: { blocklist: false } });
    await loginAs(auth, { email: EMAIL, password: 'pässwörd'.normalize('NFD') });
    expect((await post('/login', { email: EMAIL, password: 'pässwörd'.normalize('NFC') })).status).toBe(200);
  });
});

describe('stored hashes', () => {
  it('P4: a hash states its scheme, its cost and its pepper', async () => {
    expect(await cheap.hash(PASSWORD)).toMatch(/^\$sp1\$none\$2b\$04\$[./A-Za-z0-9]{53}$/);
    const peppered = createBcryptHasher({ cost: 5, maxCost: 14, peppers: ['a pepper of 32 bytes or even more'] });
    expect(await peppered.hash(PASSWORD)).toMatch(/^\$sp1\$[0-9a-f]{8}\$2b\$05\$/);
  });

  it('P4: two hashes of one password differ', async () => {
    expect(await cheap.hash(PASSWORD)).not.toBe(await cheap.hash(PASSWORD));
  });

  it('P4: the default cost is 12', async () => {
    const { config, store } = createTestApp();
    const { passwords: _, ...defaults } = config;
    const auth = createAuth(defaults);
    const { userId } = await loginAs(auth);
    expect((await store.users.find(userId))?.passwordHash).toMatch(/^\$sp1\$none\$2b\$12\$/);
  });

  it('P4: a login upgrades a hash of another cost once, and changes nothing else', async () => {
    const { login, stored, store, user } = await imported(await cheap.hash(PASSWORD), { passwords: { cost: 5 } });
    const before = await store.users.find(user.id);
    expect(await login('wrong')).toBe(401);
    expect(await stored()).toBe(user.passwordHash);
    expect(await login(PASSWORD)).toBe(200);
    const upgraded = await stored();
    expect(upgraded).toMatch(/^\$sp1\$none\$2b\$05\$/);
    expect({ ...(await store.users.find(user.id)), passwordHash: '', lastLoginAt: null }).toEqual({ ...before, passwordHash: '' });
    expect(await login(PASSWORD)).toBe(200);
    expect(await stored()).toBe(upgraded);
  });

  it('P4: an upgrade after a concurrent password change fails, and the login too', async () => {
    const { user, store, config } = await imported(await cheap.hash(PASSWORD));
    const changed = await cheap.hash('the new password');
    // The change commits after the login has verified the old password and before it upgrades the hash.
    const { bcrypt, changeNow } = hasherThatIsInterrupted(async () => {
      await store.users.replacePasswordHash(user.id, user.passwordHash ?? '', changed);
    });
    const send = sender(createAuth({ ...config, passwords: { hasher: bcrypt } }));
    await send({ method: 'POST', path: '/login', body: { email: EMAIL, password: PASSWORD } });
    expect(changeNow()).toBe(1);
    expect((await store.users.find(user.id))?.passwordHash).toBe(changed);
  });

  it('P4: a login succeeds even if the upgrade fails', async () => {
    const { store, config, user } = await imported(await cheap.hash(PASSWORD));
    const { bcrypt } = hasherThatIsInterrupted(() => Promise.reject(new Error('out of memory')));
    const send = sender(createAuth({ ...config, passwords: { hasher: bcrypt } }));
    expect((await send({ method: 'POST', path: '/login', body: { email: EMAIL, password: PASSWORD } })).status).toBe(200);
    expect((await store.users.find(user.id))?.passwordHash).toBe(user.passwordHash);
  });

  it.each(['2a', '2b', '2y'] as const)('P4: an imported $%s$ hash verifies, and is upgraded', async (prefix) => {
    const foreign = (await bcryptHash('imported password', { cost: 4 })).replace(/^\$2b\$/, `$${prefix}$`);
    const { login, stored } = await imported(foreign);
    expect(await login('imported passwore')).toBe(401);
    expect(await login('imported password')).toBe(200);
    expect(await stored()).toMatch(/^\$sp1\$none\$2b\$04\$/);
    expect(await login('imported password')).toBe(200);
    expect(await login('imported passwore')).toBe(401);
  });

  it('P4: a hash with a cost above the maximum is refused without being computed', async () => {
    const planted = (await cheap.hash(PASSWORD)).replace('$2b$04$', '$2b$31$');
    const begun = Date.now();
    const { login, stored } = await imported(planted);
    expect(await login(PASSWORD)).toBe(401);
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(await stored()).toBe(planted);
  });

  it.each([
    '',
    'plain text',
    '$2b$04$tooshort',
    '$2b$00$' + 'a'.repeat(53),
    '$2x$04$' + 'a'.repeat(53),
    '$sp2$none$2b$04$' + 'a'.repeat(53),
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA',
    '$sp1$none$2b$04$' + '.'.repeat(53),
  ])('P4: the stored text %j matches no password', async (stored) => {
    const { login } = await imported(stored);
    expect(await login(stored === '' ? PASSWORD : stored)).toBe(401);
    expect(await login(PASSWORD)).toBe(401);
  });

  it('P4, M10: the pepper is used; a newer one replaces it at the next login, and a missing one is a server fault', async () => {
    const [older, newer] = ['an older pepper of 32 bytes or more', 'a newer pepper of 32 bytes or more'];
    const one = createTestApp({ passwords: { pepper: older } });
    const { userId } = await loginAs(one.auth, { email: EMAIL });
    const login = async (pepper: readonly string[]) => {
      const send = sender(createAuth({ ...one.config, passwords: { cost: 4, pepper } }));
      return (await send({ method: 'POST', path: '/login', body: { email: EMAIL, password: PASSWORD } })).status;
    };
    const stored = async () => (await one.store.users.find(userId))?.passwordHash;
    const before = await stored();
    expect(await login([newer])).toBe(500);
    expect(await login([])).toBe(500);
    expect(await login([newer, older])).toBe(200);
    expect(await stored()).not.toBe(before);
    expect(await login([newer])).toBe(200);
    expect(await login([older])).toBe(500);
  });

  it('P4: an imported hash never matches a password that its scheme would truncate', async () => {
    const { login } = await imported(await bcryptHash('abcdefgh', { cost: 4 }));
    expect(await login('abcdefgh\0whatever')).toBe(401);
    expect(await login('abcdefgh')).toBe(200);
  });

  it.each([
    ['a hash dearer than the maximum', '$2b$31$' + 'a'.repeat(53), PASSWORD],
    ['an imported hash and a password with NUL', '$2b$09$' + 'a'.repeat(53), 'abcdefgh\0'],
    ['a text that is no hash', 'none', PASSWORD],
  ])('L1: %s take as long as any other password', async (_what, stored, password) => {
    const hasher = createBcryptHasher({ cost: 9, maxCost: 14, peppers: [] });
    // Alternately, so that other load slows both equally.
    const dummies: number[] = [];
    const odds: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      dummies.push(await fastest(async () => hasher.verify(PASSWORD, await hasher.dummyHash())));
      odds.push(await fastest(() => hasher.verify(password, stored)));
    }
    expect(Math.min(...odds)).toBeGreaterThan(Math.min(...dummies) / 2);
  });
});

it('warns at start-up about a cost that is only for tests', () => {
  const { log } = createTestApp();
  expect(log).toMatchObject([{ level: 'warn', fields: { cost: 4 } }]);
});

it('uses the application’s hasher unchanged', async () => {
  const counting = { ...cheap, calls: 0, hash: (password: string) => ((counting.calls += 1), cheap.hash(password)) };
  const { auth } = createTestApp({ passwords: { hasher: counting } });
  await loginAs(auth);
  expect(counting.calls).toBe(1);
});

async function fastest(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
}

/** A hasher that upgrades every hash, and runs a function just before it computes the new one. */
function hasherThatIsInterrupted(interruption: () => Promise<void>) {
  let interruptions = 0;
  const bcrypt = {
    ...cheap,
    needsRehash: () => true,
    async hash(password: string) {
      interruptions += 1;
      await interruption();
      return cheap.hash(password);
    },
  };
  return { bcrypt, changeNow: () => interruptions };
}
