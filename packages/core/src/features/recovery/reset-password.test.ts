import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import type { AdaWorld } from '../../test-kit/mail-test-app.js';
import { PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { guessCounters } from '../two-factor/begin-factor-attempt.js';

const MINUTE_MS = 60_000;

async function requested(options: Parameters<typeof createAdaWorld>[0] = {}): Promise<AdaWorld & { readonly token: string }> {
  const world = await createAdaWorld(options);
  await world.post('/password/request', { email: ADA });
  return { ...world, token: await world.tokenOf('password-reset') };
}

describe('resetting a password', () => {
  it('R1: the token is 256 random bits in hex, and the store has only its hash', async () => {
    const { token, store } = await requested();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(store.dump())).not.toContain(token);
    expect(store.dump()['oneTimeTokens']).toContainEqual(expect.objectContaining({ secretHash: hashLinkToken(token) }));
  });

  it('sets the password and verifies the address that the token was mailed to', async () => {
    const { token, store, post, ada } = await requested();
    const { status, body } = await post('/password/reset', { token, newPassword: NEW_PASSWORD });
    expect([status, body.data.auth.status]).toEqual([200, 'LOGGED_OUT']);
    expect((await post('/login', { email: ADA, password: PASSWORD })).status).toBe(401);
    expect((await post('/login', { email: ADA, password: NEW_PASSWORD })).status).toBe(200);
    expect((await store.users.find(ada.userId))?.emailVerifiedAt).not.toBeNull();
  });

  it('R1: works once within an hour, and accepts no other kind of token', async () => {
    const { token, post, tokenOf, clock } = await requested();
    const verification = await tokenOf('email-verification');
    for (const bad of [verification, 'f'.repeat(64), token.toUpperCase(), `${token} `.trim().slice(1), 'garbage']) {
      const reply = await post('/password/reset', { token: bad, newPassword: NEW_PASSWORD });
      expect([reply.status, reply.body.code]).toEqual([400, 'INVALID_RESET_TOKEN']);
    }
    expect((await post('/email/verify', { token })).body.code).toBe('INVALID_VERIFICATION_TOKEN');
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
    expect((await post('/password/reset', { token, newPassword: PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
    await post('/password/request', { email: ADA });
    clock.set(clock.now() + 2 * MINUTE_MS);
    await post('/password/request', { email: ADA });
    const late = await tokenOf('password-reset');
    clock.set(clock.now() + 60 * MINUTE_MS);
    expect((await post('/password/reset', { token: late, newPassword: PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
  });

  it.each<readonly [string, (token: string) => string]>([
    ['blanks around it', (token) => ` ${token}\u00a0\n`],
    ['a zero-width space before it', (token) => `\u200b${token}`],
    ['the line break of a mail within', (token) => `${token.slice(0, 40)}\r\n${token.slice(40)}`],
  ])('accepts a token that was pasted with %s', async (_, pasted) => {
    const { token, post } = await requested();
    expect((await post('/password/reset', { token: pasted(token), newPassword: NEW_PASSWORD })).status).toBe(200);
  });

  it('P1: uses the new password unchanged, including blanks and invisible characters', async () => {
    const { token, post } = await requested();
    const typed = ` ｃorrect \u200bhorse-battery\n`;
    await post('/password/reset', { token, newPassword: typed });
    expect((await post('/login', { email: ADA, password: typed.trim() })).status).toBe(401);
    expect((await post('/login', { email: ADA, password: typed })).status).toBe(200);
  });

  it('R1: of ten concurrent resets exactly one wins', async () => {
    const { token, post } = await requested();
    const passwords = Array.from({ length: 10 }, (_, n) => `${NEW_PASSWORD} number ${n}`);
    const replies = await Promise.all(passwords.map((newPassword) => post('/password/reset', { token, newPassword })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'INVALID_RESET_TOKEN')).toHaveLength(9);
    const logins = await Promise.all(passwords.map((password) => post('/login', { email: ADA, password })));
    expect(logins.map(({ status }) => status === 200)).toEqual(replies.map(({ status }) => status === 200));
  });

  it('R1: a token is void once any credential of the account changes', async () => {
    const changes = [
      ({ post, ada }: AdaWorld) => post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, ada.accessToken),
      async ({ post, tokenOf, clock }: AdaWorld) => {
        clock.set(clock.now() + MINUTE_MS);
        await post('/password/request', { email: ADA });
        return post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
      },
      async ({ post, tokenOf, ada }: AdaWorld) => {
        await post('/email/change', { newEmail: 'countess@example.com', password: PASSWORD }, ada.accessToken);
        return post('/email/verify', { token: await tokenOf('email-change') });
      },
    ];
    for (const change of changes) {
      const world = await requested();
      expect((await change(world)).status).toBe(200);
      const reply = await world.post('/password/reset', { token: world.token, newPassword: 'yet another long password' });
      expect(reply.body.code).toBe('INVALID_RESET_TOKEN');
    }
  });

  it('P3: a refused password does not use up the token, and changes nothing', async () => {
    const { token, post, store } = await requested();
    const before = stateOf(store);
    for (const newPassword of ['short', 'password1', 'AdaLovelace1815', 'x'.repeat(200)]) {
      const { body } = await post('/password/reset', { token, newPassword });
      expect(body.code).toBe('WEAK_PASSWORD');
      expect(body.meta.issues).toEqual([{ path: 'newPassword', message: expect.any(String) }]);
    }
    expect({ ...stateOf(store), outbox: [] }).toEqual({ ...before, outbox: [] });
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
  });

  it('R3, S6: ends every session at once, and does not log in', async () => {
    const { token, post, get, auth, ada, store } = await requested();
    const other = await loginAs(auth, { email: ADA });
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const { body } = await post('/password/reset', { token, newPassword: NEW_PASSWORD });
    expect(Object.keys(body.data)).toEqual(['auth', 'deviceToken']);
    for (const { accessToken, refreshToken } of [ada, other]) {
      expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
      expect((await post('/refresh-token', { refreshToken })).body.code).toBe('SESSION_EXPIRED');
    }
    expect((await get('/me', bob.accessToken)).status).toBe(200);
    expect(await store.sessions.list(ada.userId, { liveAt: Number.MAX_SAFE_INTEGER - 1 })).toEqual([]);
  });

  it('R3, L4, M4, M7: keeps the second factor with its pause and stop, and ends the trust in devices', async () => {
    const { post, clock, ada, store, tokenOf } = await createAdaWorld();
    await post('/email/verify', { token: await tokenOf('email-verification') });
    const { secret } = (await post('/2fa/setup', {}, ada.accessToken)).body.data;
    await post('/2fa/enable', { token: totp(secret, clock) }, ada.accessToken);
    await post('/password/request', { email: ADA });
    const token = await tokenOf('password-reset');
    const [device] = await store.devices.list(ada.userId);
    await store.devices.trust(device?.id ?? '', clock.now() + 1e9);
    const keys = Object.values(guessCounters(ada.userId));
    for (const key of keys) {
      await store.counters.take({ hitId: `hit ${key}`, key, limits: [{ max: 1, windowMs: null }], now: clock.now() });
    }
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
    const login = { email: ADA, password: NEW_PASSWORD, deviceToken: ada.deviceToken };
    expect((await post('/login', login)).body.data).toMatchObject({
      challengeToken: expect.any(String),
      auth: { status: 'PENDING_VERIFICATION', enable: true },
    });
    expect((await store.devices.list(ada.userId)).map(({ trustedUntil }) => trustedUntil)).toEqual([null]);
    for (const key of keys) expect(await store.counters.count(key, 0)).toBe(1);
  });

  it('R7: gives the account to the person who first verifies the address, and removes credentials of an earlier claimant', async () => {
    const squatter = await createAdaWorld();
    const { post, get, clock, ada, store, tokenOf, emitted } = squatter;
    const { secret } = (await post('/2fa/setup', {}, ada.accessToken)).body.data;
    const { backupCodes } = (await post('/2fa/enable', { token: totp(secret, clock) }, ada.accessToken)).body.data;
    await store.users.setPhone(ada.userId, '+14155550123', clock.now());
    await store.users.update(ada.userId, { profile: { company: 'Squatters' } }, { at: clock.now(), keepLastOf: 'admin' });
    await post('/password/request', { email: ADA });
    const token = await tokenOf('password-reset');
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
    const login = await post('/login', { email: ADA, password: NEW_PASSWORD });
    expect(login.body.data.auth.status).toBe('BASIC_AUTH');
    const { accessToken } = login.body.data;
    expect((await get('/2fa', accessToken)).body.data).toMatchObject({ enabled: false, methods: [], backupCodesRemaining: 0 });
    expect(await store.users.find(ada.userId)).toMatchObject({ phone: null, phoneVerifiedAt: null, profile: null, emailVerifiedAt: expect.any(Number) });
    expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).body.code).toBe('SESSION_EXPIRED');
    const devices = await store.devices.list(ada.userId);
    expect(devices.every(({ firstSeenAt }) => firstSeenAt === clock.now())).toBe(true);
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'account.claimed', detail: { by: 'password-reset', revoked: expect.any(Number) } }));
    expect(backupCodes).toHaveLength(10);
  });

  it('R7: claims nothing if the address was verified before', async () => {
    const { post, token, tokenOf, clock, emitted, store, ada } = await requested();
    await post('/password/reset', { token, newPassword: NEW_PASSWORD });
    await store.users.setPhone(ada.userId, '+14155550123', clock.now());
    clock.set(clock.now() + MINUTE_MS);
    await post('/password/request', { email: ADA });
    await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: PASSWORD });
    expect(emitted.filter(({ type }) => type === 'account.claimed')).toHaveLength(1);
    expect((await store.users.find(ada.userId))?.phone).toBe('+14155550123');
  });

  it('L2: forgets every device except the one that resets: old device tokens give no fresh attempts', async () => {
    const { post, auth, store, ada, tokenOf } = await createAdaWorld();
    await post('/email/verify', { token: await tokenOf('email-verification') });
    const second = await loginAs(auth, { email: ADA });
    await post('/password/request', { email: ADA });
    const reset = await auth.api.resetPassword({ token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    expect((await store.devices.list(ada.userId)).map(({ id }) => id)).toHaveLength(1);
    for (const { deviceToken } of [ada, second]) {
      const { body } = await post('/login', { email: ADA, password: NEW_PASSWORD, deviceToken });
      expect(body.data.deviceToken).not.toBe(deviceToken);
    }
    const known = await post('/login', { email: ADA, password: NEW_PASSWORD, deviceToken: reset.deviceToken });
    expect(known.body.data.deviceToken).toBe(reset.deviceToken);
  });

  it('accepts an invitation, which verifies the address, but no token of a removed user', async () => {
    const { store, post, ada, clock, token } = await requested();
    await store.oneTimeTokens.insert({
      id: '01J0000000000000000000TEST',
      userId: ada.userId,
      purpose: 'invitation',
      secretHash: hashLinkToken('a'.repeat(64)),
      subjectId: null,
      code: null,
      payload: { email: ADA },
      attempts: 0,
      createdAt: clock.now(),
      expiresAt: clock.now() + 1,
      consumedAt: null,
    });
    expect((await post('/password/reset', { token: 'a'.repeat(64), newPassword: NEW_PASSWORD })).status).toBe(200);
    expect((await store.users.find(ada.userId))?.emailVerifiedAt).not.toBeNull();
    await store.users.remove(ada.userId, 'nobody');
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
  });

  it('G1, L6: records an event for success and failure, and notifies the owner', async () => {
    const { token, post, emitted, mail } = await requested();
    await post('/password/reset', { token: 'f'.repeat(64), newPassword: NEW_PASSWORD });
    await post('/password/reset', { token, newPassword: NEW_PASSWORD });
    const ofPasswords = emitted.filter(({ type }) => type.startsWith('password.'));
    expect(ofPasswords.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['password.reset-requested', 'success'],
      ['password.reset-refused', 'failure'],
      ['password.reset', 'success'],
    ]);
    const notice = await mail.next('security-notice');
    expect([notice.to, notice.data['notice']]).toEqual([ADA, 'password-reset']);
  });

  it('leaves no session of a concurrent login', async () => {
    const { token, post, store, clock, ada } = await requested();
    const [reset] = await Promise.all([
      post('/password/reset', { token, newPassword: NEW_PASSWORD }),
      ...Array.from({ length: 10 }, () => post('/login', { email: ADA, password: PASSWORD })),
      ...Array.from({ length: 3 }, () => post('/refresh-token', { refreshToken: ada.refreshToken })),
    ]);
    expect(reset.status).toBe(200);
    expect(await store.sessions.list(ada.userId, { liveAt: clock.now() })).toEqual([]);
  });

  it.each([{}, { token: '' }, { token: 7, newPassword: [] }, { token: 'a', newPassword: NEW_PASSWORD, extra: 1 }, []])(
    'refuses the body %j',
    async (body) => {
      const { post } = await createAdaWorld();
      expect((await post('/password/reset', body)).status).toBe(400);
    },
  );
});
