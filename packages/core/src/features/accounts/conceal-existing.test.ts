import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { createMailTestApp } from '../../test-kit/mail-test-app.js';
import type { MailTestApp } from '../../test-kit/mail-test-app.js';
import { medianMs } from '../../test-kit/median.js';
import { PASSWORD, sender, stateOf } from '../../test-kit/test-app.js';
import type { Reply } from '../../test-kit/test-app.js';

const BOB = 'bob@example.com';

async function world(): Promise<MailTestApp & { readonly register: (fields: object) => Promise<Reply> }> {
  const made = createMailTestApp({ registration: { concealExisting: true }, throttling: { enabled: false } });
  const register = (fields: object): Promise<Reply> => made.post('/register', { password: PASSWORD, name: 'Bob', ...fields });
  await register({ email: BOB, username: 'bob' });
  return { ...made, register };
}

/** The bytes of a reply, without the request id and the time. */
const bytes = ({ status, headers, text }: Reply): unknown => [
  status,
  { ...headers, 'X-Request-Id': '' },
  text?.replace(/"timestamp":"[^"]+","requestId":"[^"]+"/, ''),
];

describe('registration with concealExisting', () => {
  it('R2: responds to a taken address with the same bytes as to a new one, and mails the owner', async () => {
    const { register, mail, store } = await world();
    const fresh = await register({ email: 'new@example.com' });
    const before = stateOf(store)['users'];
    const taken = await register({ email: 'BOB@example.com' });
    expect(fresh.status).toBe(201);
    expect(fresh.body.data).toEqual({ auth: { hasAccessToken: false, enable: false, status: 'REGISTERED', verified: false } });
    expect(bytes(taken)).toEqual(bytes(fresh));
    expect(stateOf(store)['users']).toEqual(before);
    expect((await mail.next('registration-attempt')).to).toBe(BOB);
  });

  it('M10: a registration sealed with another secret is a server fault, and is kept until that secret is configured again', async () => {
    const { post, tokenOf, config } = await world();
    const token = await tokenOf('email-verification');
    const send = sender(createAuth({ ...config, secret: 'another secret than the one that sealed it' }));
    expect((await send({ method: 'POST', path: '/email/verify', body: { token } })).body.code).toBe('INTERNAL');
    expect((await post('/email/verify', { token })).status).toBe(200);
    expect((await post('/login', { email: BOB, password: PASSWORD })).status).toBe(200);
  });

  it('R2: mails the owner at most once a minute', async () => {
    const { register, mail, clock } = await world();
    for (let n = 0; n < 5; n += 1) expect((await register({ email: BOB })).status).toBe(201);
    clock.set(clock.now() + 60_000);
    await register({ email: BOB });
    await mail.settled();
    expect(mail.messages.filter(({ kind }) => kind === 'registration-attempt')).toHaveLength(2);
  });

  it('R2: takes as long for a taken address', { retry: 3 }, async () => {
    const { register } = await world();
    for (let n = 0; n < 32; n += 1) await register({ email: `taken-${n}@example.com` });
    const [taken, fresh] = await medianMs([
      (n) => register({ email: `taken-${n}@example.com` }),
      (n) => register({ email: `fresh-${n}@example.com` }),
    ]);
    expect(Math.abs(taken - fresh)).toBeLessThan(Math.max(0.5, 0.3 * fresh));
  });

  it('R2: a taken username does not reveal whether the address is taken', async () => {
    const { register, post, tokenOf } = await world();
    await post('/email/verify', { token: await tokenOf('email-verification') });
    const taken = await register({ email: BOB, username: 'bob' });
    const fresh = await register({ email: 'new@example.com', username: 'bob' });
    expect([taken.status, taken.body.code]).toEqual([409, 'USERNAME_TAKEN']);
    expect(bytes(taken)).toEqual(bytes(fresh));
  });

  it('R2: neither a login nor the same username again reveals whether the address was new', async () => {
    const { register, post, tokenOf } = await world();
    await post('/email/verify', { token: await tokenOf('email-verification') });
    const guess = 'another long password';
    await register({ email: BOB, username: 'eve-1', password: guess });
    await register({ email: 'new@example.com', username: 'eve-2', password: guess });
    const taken = await post('/login', { email: BOB, password: guess });
    const fresh = await post('/login', { email: 'new@example.com', password: guess });
    expect(taken.body.code).toBe('INVALID_CREDENTIALS');
    expect(bytes(fresh)).toEqual(bytes(taken));
    for (const username of ['eve-1', 'eve-2']) {
      expect((await register({ email: `${username}@example.com`, username })).status).toBe(201);
    }
  });

  it('sets password and username once the address is verified, also by a link that was requested again', async () => {
    const { post, get, tokenOf, clock, store } = await world();
    await tokenOf('email-verification');
    expect(await store.users.findByUsername('bob')).toBeNull();
    clock.set(clock.now() + 60_000);
    await post('/email/verification/request', { email: BOB });
    await post('/email/verify', { token: await tokenOf('email-verification') });
    const login = await post('/login', { username: 'bob', password: PASSWORD });
    expect(login.status).toBe(200);
    expect((await get('/me', login.body.data.accessToken)).body.data.user).toMatchObject({ email: BOB, emailVerified: true });
    const { text } = await get('/me/export', login.body.data.accessToken);
    expect(text).not.toContain('registration"');
  });

  it('gives the username to the account whose address is verified first', async () => {
    const { register, post, tokenOf, store } = await world();
    const first = await tokenOf('email-verification');
    await register({ email: 'eve@example.com', username: 'bob' });
    await post('/email/verify', { token: await tokenOf('email-verification') });
    expect((await post('/email/verify', { token: first })).status).toBe(200);
    expect((await store.users.findByEmail(BOB))?.username).toBeNull();
    expect((await post('/login', { email: BOB, password: PASSWORD })).status).toBe(200);
  });

  it('answers EMAIL_TAKEN without concealExisting', async () => {
    const { post, mail } = createMailTestApp();
    const account = { email: BOB, password: PASSWORD, name: 'Bob' };
    expect((await post('/register', account)).body.data.user.email).toBe(BOB);
    expect((await post('/register', account)).body.code).toBe('EMAIL_TAKEN');
    await mail.settled();
    expect(mail.messages.map(({ kind }) => kind)).toEqual(['email-verification']);
  });
});
