import { describe, expect, it } from 'vitest';
import { createMailTestApp } from '../../test-kit/mail-test-app.js';
import type { MailTestApp } from '../../test-kit/mail-test-app.js';
import { ADMIN_PASSWORD, PASSWORD } from '../../test-kit/test-app.js';
import type { Reply } from '../../test-kit/test-app.js';
import { headerOf } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';

const SECOND_MS = 1_000;
const FREE = 5;

interface Guess {
  readonly adminPassword?: string;
  /** The number in the source address and the account name. Each guess of the tests has another one. */
  readonly n: number;
}

async function registerAdmin({ send }: MailTestApp, { adminPassword = 'guess', n }: Guess): Promise<Reply> {
  const body = { email: `stranger${n}@example.com`, password: PASSWORD, name: 'Eve', role: 'admin', adminPassword };
  return send({ method: 'POST', path: '/register', body, ip: `198.51.100.${n}` });
}

async function logInAsAdmin({ send }: MailTestApp, { adminPassword = 'guess', n }: Guess): Promise<Reply> {
  const body = { email: `admin${n}@example.com`, password: PASSWORD, adminPassword };
  return send({ method: 'POST', path: '/admin-login', body, ip: `198.51.100.${n}` });
}

async function createApp(admins: number): Promise<MailTestApp> {
  const app = createMailTestApp();
  for (let n = 1; n <= admins; n += 1) await loginAs(app.auth, { email: `admin${n}@example.com`, role: 'admin' });
  await loginAs(app.auth);
  return app;
}

const noticesOf = ({ mail }: MailTestApp): readonly string[] =>
  mail.messages.filter(({ data }) => data['notice'] === 'admin-password-guessed').map(({ to }) => to);

describe('guessing registration.adminPassword', () => {
  it('L2: counts as one name on both routes, for any number of addresses and names', async () => {
    const app = await createApp(1);
    for (let n = 1; n < FREE; n += 1) expect((await registerAdmin(app, { n })).body.code).toBe('ADMIN_PASSWORD_REQUIRED');
    expect((await logInAsAdmin(app, { n: FREE })).body.code).toBe('INVALID_CREDENTIALS');
    for (const seconds of [30, 60, 120, 240]) {
      // The correct one is refused like a wrong one, because nothing is compared during a wait.
      for (const adminPassword of ['guess', ADMIN_PASSWORD]) {
        for (const attempt of [registerAdmin, logInAsAdmin]) {
          const reply = await attempt(app, { adminPassword, n: 200 });
          expect([reply.status, reply.body.code, headerOf(reply, 'Retry-After')]).toEqual([429, 'TOO_MANY_REQUESTS', String(seconds)]);
        }
      }
      await app.clock.advance(seconds * SECOND_MS);
      expect((await registerAdmin(app, { n: 201 })).body.code).toBe('ADMIN_PASSWORD_REQUIRED');
    }
    await app.clock.advance(480 * SECOND_MS);
    expect((await logInAsAdmin(app, { adminPassword: ADMIN_PASSWORD, n: 1 })).status).toBe(201);
    expect((await registerAdmin(app, { n: 202 })).body.code).toBe('ADMIN_PASSWORD_REQUIRED');
  });

  it('L2: of 50 concurrent guesses from 50 addresses only five are compared', async () => {
    const app = await createApp(0);
    const guesses = Array.from({ length: 50 }, (_, index) => ({ n: index + 1, adminPassword: index === 49 ? ADMIN_PASSWORD : 'guess' }));
    const replies = await Promise.all(guesses.map(async (guess) => registerAdmin(app, guess)));
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(FREE);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(50 - FREE);
  });

  it('L2: notifies every active administrator once, not for each guess or wait', async () => {
    const app = await createApp(3);
    const disabled = await app.store.users.findByEmail('admin3@example.com');
    await app.store.users.update(disabled?.id ?? '', { disabled: true }, { at: app.clock.now(), keepLastOf: 'admin' });
    for (let n = 1; n < FREE; n += 1) await registerAdmin(app, { n });
    await app.mail.settled();
    expect(noticesOf(app)).toEqual([]);
    for (const seconds of [0, 30, 60]) {
      await app.clock.advance(seconds * SECOND_MS);
      for (let n = 10; n < 14; n += 1) await registerAdmin(app, { n });
    }
    await app.mail.settled();
    expect(noticesOf(app).toSorted()).toEqual(['admin1@example.com', 'admin2@example.com']);
    const throttled = app.emitted.filter(({ type }) => type === 'password.throttled');
    expect(throttled.map(({ detail }) => detail)).toEqual(Array(3).fill({ by: 'admin-password' }));
  });

  it('L2: does not prevent administrators from logging in with their own password', async () => {
    const app = await createApp(1);
    for (let n = 1; n <= FREE + 1; n += 1) await registerAdmin(app, { n });
    expect((await app.post('/login', { email: 'admin1@example.com', password: PASSWORD })).status).toBe(200);
    expect((await app.post('/register', { email: 'new@example.com', password: PASSWORD, name: 'New' })).status).toBe(201);
  });

  it('L2: is not counted if no admin password is configured, or if the request has none', async () => {
    const closed = createMailTestApp({ registration: { adminPassword: undefined } });
    for (let n = 1; n <= 2 * FREE; n += 1) expect((await registerAdmin(closed, { n })).status).toBe(403);
    const app = await createApp(0);
    const body = { email: 'eve@example.com', password: PASSWORD, name: 'Eve', role: 'admin' };
    for (let n = 1; n <= 2 * FREE; n += 1) expect((await app.send({ method: 'POST', path: '/register', body, ip: `198.51.100.${n}` })).status).toBe(403);
    expect((await registerAdmin(app, { adminPassword: ADMIN_PASSWORD, n: 99 })).status).toBe(201);
  });
});
