import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, createMailTestApp, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import type { AdaWorld } from '../../test-kit/mail-test-app.js';
import { medianMs } from '../../test-kit/median.js';
import { PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

const HOUR_MS = 60 * 60_000;

describe('verifying an address', () => {
  it('R1, L4: registration mails a link, which verifies the address and does not log in', async () => {
    const { post, tokenOf, store, ada, emitted, mail } = await createAdaWorld({
      urls: { emailVerification: 'https://app.example.com/verify' },
    });
    const token = await tokenOf('email-verification');
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(mail.last('email-verification')?.data.url).toBe(`https://app.example.com/verify#token=${token}`);
    const sessions = await store.sessions.list(ada.userId);
    const { status, body } = await post('/email/verify', { token });
    expect([status, body.data]).toEqual([200, {}]);
    expect(await store.sessions.list(ada.userId)).toEqual(sessions);
    expect((await store.users.find(ada.userId))?.emailVerifiedAt).not.toBeNull();
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'email.verified', outcome: 'success', userId: ada.userId }));
  });

  it('is visible in existing sessions at once', async () => {
    const { post, get, tokenOf, ada } = await createAdaWorld();
    expect((await get('/me', ada.accessToken)).body.data.user.emailVerified).toBe(false);
    await post('/email/verify', { token: await tokenOf('email-verification') });
    expect((await get('/me', ada.accessToken)).body.data.user.emailVerified).toBe(true);
  });

  it('R1: ten concurrent verifications verify the address once, and none fails', async () => {
    const { post, tokenOf, emitted } = await createAdaWorld();
    const token = await tokenOf('email-verification');
    const replies = await Promise.all(Array.from({ length: 10 }, () => post('/email/verify', { token })));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(emitted.filter(({ type }) => type === 'email.verified')).toHaveLength(1);
  });

  it('R1: using a link again succeeds until it expires, and changes nothing', async () => {
    const { post, tokenOf, store, clock, ada, emitted } = await createAdaWorld();
    const token = await tokenOf('email-verification');
    await post('/email/verify', { token });
    const before = stateOf(store);
    clock.set(clock.now() + HOUR_MS);
    expect((await post('/email/verify', { token })).status).toBe(200);
    expect(stateOf(store)).toEqual(before);
    expect(emitted.filter(({ type }) => type === 'email.verified')).toHaveLength(1);
    await store.users.update(ada.userId, { email: 'moved@example.com' }, { at: clock.now(), keepLastOf: 'admin' });
    expect((await post('/email/verify', { token })).body.code).toBe('INVALID_VERIFICATION_TOKEN');
    clock.set(clock.now() + 24 * HOUR_MS);
    expect((await post('/email/verify', { token })).body.code).toBe('INVALID_VERIFICATION_TOKEN');
  });

  it('R1: works for a day after the registration', async () => {
    const { post, tokenOf, clock, emitted } = await createAdaWorld();
    const token = await tokenOf('email-verification');
    clock.set(clock.now() + 24 * HOUR_MS);
    const { status, body } = await post('/email/verify', { token });
    expect([status, body.code]).toEqual([400, 'INVALID_VERIFICATION_TOKEN']);
    expect(emitted.at(-1)).toMatchObject({ type: 'email.verification-refused', outcome: 'failure' });
  });

  it('accepts a token with blanks around it', async () => {
    const { post, tokenOf } = await createAdaWorld();
    expect((await post('/email/verify', { token: `\n ${await tokenOf('email-verification')}\u202f` })).status).toBe(200);
  });

  it('R1: is voided by a password change', async () => {
    const { post, tokenOf, ada } = await createAdaWorld();
    const token = await tokenOf('email-verification');
    await post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, ada.accessToken);
    expect((await post('/email/verify', { token })).body.code).toBe('INVALID_VERIFICATION_TOKEN');
  });

  it.each([{}, { token: '' }, { token: 1 }, { token: 'x', userId: 'y' }])(
    'refuses the body %j',
    async (body) => {
      const { post } = createMailTestApp();
      expect((await post('/email/verify', body)).body.code).toBe('VALIDATION_FAILED');
    },
  );
});

describe('requesting a verification mail', () => {
  const again = ({ clock }: AdaWorld): void => clock.set(clock.now() + HOUR_MS);

  it('R2: sends one to the session’s address or the given one, with the same response for all addresses', async () => {
    const world = await createAdaWorld();
    const { post, tokenOf, ada, clock, store } = world;
    const first = await tokenOf('email-verification');
    again(world);
    const bySession = await post('/email/verification/request', {}, (await loginAs(world.auth)).accessToken);
    const second = await tokenOf('email-verification');
    clock.set(clock.now() + HOUR_MS);
    const byAddress = await post('/email/verification/request', { email: ADA });
    const third = await tokenOf('email-verification');
    expect(new Set([first, second, third]).size).toBe(3);
    await post('/email/verify', { token: third });
    again(world);
    const verified = await post('/email/verification/request', { email: ADA });
    const unknown = await post('/email/verification/request', { email: 'nobody@example.com' });
    const limited = await post('/email/verification/request', { email: 'nobody@example.com' });
    for (const { status, body } of [byAddress, verified, unknown, limited]) {
      expect({ status, message: body.message, data: body.data }).toEqual({
        status: bySession.status,
        message: bySession.body.message,
        data: bySession.body.data,
      });
    }
    expect((await store.users.find(ada.userId))?.emailVerifiedAt).not.toBeNull();
    await world.mail.settled();
    expect(world.mail.messages.filter(({ kind }) => kind === 'email-verification')).toHaveLength(3);
  });

  it('R2: sends one a minute, including the one of the registration', async () => {
    const { post, mail } = await createAdaWorld();
    await post('/email/verification/request', { email: ADA });
    await mail.settled();
    expect(mail.messages.filter(({ kind }) => kind === 'email-verification')).toHaveLength(1);
  });

  it('R2: takes as long for an account that does not exist', { retry: 3 }, async () => {
    const { post, auth, clock } = createMailTestApp({ throttling: { enabled: false } });
    for (let n = 0; n < 32; n += 1) {
      await auth.api.register({ email: `known-${n}@example.com`, password: PASSWORD, name: 'Ada' });
    }
    clock.set(clock.now() + HOUR_MS);
    const [known, unknown] = await medianMs([
      (n) => post('/email/verification/request', { email: `known-${n}@example.com` }),
      (n) => post('/email/verification/request', { email: `nobody-${n}@example.com` }),
    ]);
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(0.5, 0.5 * unknown));
  });

  it('requires a session or an address, and says why a token is invalid', async () => {
    const { post } = await createAdaWorld();
    expect((await post('/email/verification/request', {})).body.code).toBe('VALIDATION_FAILED');
    expect((await post('/email/verification/request', {}, 'garbage')).body.code).toBe('INVALID_TOKEN');
    expect((await post('/email/verification/request', { email: 'no address' })).body.code).toBe('VALIDATION_FAILED');
  });
});
