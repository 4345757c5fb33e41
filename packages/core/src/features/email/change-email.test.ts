import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, createMailTestApp, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import type { AdaWorld } from '../../test-kit/mail-test-app.js';
import { PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

const NEW = 'countess@example.com';
const MINUTE_MS = 60_000;

async function pending(): Promise<AdaWorld & { readonly token: string }> {
  const world = await createAdaWorld();
  const { post, ada, tokenOf } = world;
  expect((await post('/email/change', { newEmail: NEW, password: PASSWORD }, ada.accessToken)).status).toBe(200);
  return { ...world, token: await tokenOf('email-change') };
}

describe('changing an address', () => {
  it('takes effect only when the new address confirms it', async () => {
    const { post, get, token, ada, store, mail } = await pending();
    expect(mail.last('email-change')?.to).toBe(NEW);
    expect((await get('/me', ada.accessToken)).body.data.user.email).toBe(ADA);
    expect((await post('/login', { email: NEW, password: PASSWORD })).status).toBe(401);
    expect((await post('/email/verify', { token })).status).toBe(200);
    const user = await store.users.find(ada.userId);
    expect([user?.email, user?.emailVerifiedAt]).toEqual([NEW, expect.any(Number)]);
    expect((await post('/login', { email: NEW, password: PASSWORD })).status).toBe(200);
    expect((await post('/login', { email: ADA, password: PASSWORD })).status).toBe(401);
    const before = stateOf(store)['users'];
    expect((await post('/email/verify', { token })).status).toBe(200);
    expect(stateOf(store)['users']).toEqual(before);
  });

  it('L6, G1: notifies the old address at the request, and both addresses when the change takes effect', async () => {
    const { post, token, mail, emitted } = await pending();
    const notices = (): unknown[] =>
      mail.messages.filter(({ kind }) => kind === 'security-notice').map(({ to, data }) => [to, data['notice']]);
    await mail.settled();
    expect(notices()).toEqual([[ADA, 'email-change-requested']]);
    await post('/email/verify', { token });
    await mail.settled();
    expect(notices().slice(1)).toEqual([
      [ADA, 'email-changed'],
      [NEW, 'email-changed'],
    ]);
    const types = emitted.map(({ type }) => type);
    expect(types).toContain('email.change-requested');
    expect(types).toContain('email.changed');
  });

  it('ends the other sessions and every access token; the requesting session continues', async () => {
    const { post, get, token, ada, auth } = await pending();
    const other = await loginAs(auth, { email: ADA });
    await post('/email/verify', { token });
    for (const { accessToken } of [ada, other]) expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: other.refreshToken })).body.code).toBe('SESSION_EXPIRED');
    expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).status).toBe(200);
  });

  it('R5: a pending change is voided by a password change, a reset and another request', async () => {
    const deaths: ((world: AdaWorld) => Promise<{ readonly status: number }>)[] = [
      ({ post, ada }) =>
        post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, ada.accessToken),
      async ({ post, tokenOf }) => {
        await post('/password/request', { email: ADA });
        return post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
      },
      ({ post, ada, clock }) => {
        clock.set(clock.now() + MINUTE_MS);
        return post('/email/change', { newEmail: 'other@example.com', password: PASSWORD }, ada.accessToken);
      },
      // Within the same minute nothing is mailed, but the first request is void anyway.
      ({ post, ada }) => post('/email/change', { newEmail: 'other@example.com', password: PASSWORD }, ada.accessToken),
    ];
    for (const death of deaths) {
      const world = await pending();
      expect((await death(world)).status).toBe(200);
      expect((await world.post('/email/verify', { token: world.token })).body.code).toBe('INVALID_VERIFICATION_TOKEN');
      expect((await world.store.users.find(world.ada.userId))?.email).toBe(ADA);
    }
  });

  it('requires the password and a recent session', async () => {
    const { post, ada, clock, store, mail } = await createAdaWorld();
    await mail.settled();
    const before = stateOf(store);
    const wrong = await post('/email/change', { newEmail: NEW, password: 'a guess' }, ada.accessToken);
    expect([wrong.status, wrong.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
    expect((await post('/email/change', { newEmail: NEW, password: PASSWORD })).body.code).toBe('UNAUTHENTICATED');
    clock.set(clock.now() + 5 * MINUTE_MS + 1);
    const late = await post('/email/change', { newEmail: NEW, password: PASSWORD }, ada.accessToken);
    expect([late.body.code, late.body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'PASSWORD']);
    expect(stateOf(store)).toEqual(before);
  });

  it("refuses another user's address, and the account's own", async () => {
    const { post, ada, auth } = await createAdaWorld();
    await loginAs(auth, { email: 'bob@example.com' });
    const taken = await post('/email/change', { newEmail: 'Bob@Example.com', password: PASSWORD }, ada.accessToken);
    expect([taken.status, taken.body.code]).toEqual([409, 'EMAIL_TAKEN']);
    const own = await post('/email/change', { newEmail: ADA, password: PASSWORD }, ada.accessToken);
    expect([own.body.code, own.body.meta.issues?.[0]?.path]).toEqual(['VALIDATION_FAILED', 'newEmail']);
  });

  it('R2: with concealExisting, a taken address gets the same response as a free one, and its owner is notified', async () => {
    const { post, ada, auth, mail } = await createAdaWorld({ registration: { concealExisting: true } });
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const taken = await post('/email/change', { newEmail: 'bob@example.com', password: PASSWORD }, ada.accessToken);
    const free = await post('/email/change', { newEmail: NEW, password: PASSWORD }, bob.accessToken);
    const bare = { status: free.status, message: free.body.message, data: free.body.data };
    expect({ status: taken.status, message: taken.body.message, data: taken.body.data }).toEqual(bare);
    expect((await mail.next('registration-attempt')).to).toBe('bob@example.com');
    await mail.settled();
    expect(mail.messages.filter(({ kind }) => kind === 'email-change').map(({ to }) => to)).toEqual([NEW]);
  });

  it('R2: with concealExisting, neither trail nor export reveals whether the address was taken', async () => {
    const { post, get, auth, mail } = createMailTestApp({ registration: { concealExisting: true } });
    const loggedIn = async (email: string) => {
      await auth.createUser({ email, password: PASSWORD, name: 'Ada' });
      // The delivery of this mail is in the trail too: before the login, for everybody.
      await mail.settled();
      return loginAs(auth, { email });
    };
    const [ada, bob, eve] = [await loggedIn(ADA), await loggedIn('bob@example.com'), await loggedIn('eve@example.com')];
    const seen = [];
    for (const [{ accessToken }, newEmail] of [[ada, bob.email], [eve, NEW]] as const) {
      await mail.settled();
      await post('/email/change', { newEmail, password: PASSWORD }, accessToken);
      await mail.settled();
      const { oneTimeTokens, messages, events } = JSON.parse((await get('/me/export', accessToken)).text ?? '').data;
      const kinds = (rows: readonly { readonly purpose?: string; readonly kind?: string; readonly type?: string }[]) =>
        rows.map(({ purpose, kind, type }) => purpose ?? kind ?? type);
      seen.push({
        tokens: kinds(oneTimeTokens),
        messages: kinds(messages),
        events: kinds(events),
      });
    }
    expect(seen[0]).toEqual(seen[1]);
  });

  it('does not take over an address that was registered meanwhile', async () => {
    const { post, token, auth, store, ada } = await pending();
    const bob = await loginAs(auth, { email: NEW });
    expect((await post('/email/verify', { token })).body.code).toBe('INVALID_VERIFICATION_TOKEN');
    expect((await store.users.find(ada.userId))?.email).toBe(ADA);
    expect((await store.users.findByEmail(NEW))?.id).toBe(bob.userId);
  });

  it('R5: a change concurrent with a password change does not outlive it', async () => {
    const { post, ada, store } = await createAdaWorld();
    await Promise.all([
      post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, ada.accessToken),
      post('/email/change', { newEmail: NEW, password: PASSWORD }, ada.accessToken),
    ]);
    const tokens = store.dump()['oneTimeTokens'] ?? [];
    expect(tokens.filter((token) => 'consumedAt' in token && token.consumedAt === null)).toEqual([]);
  });

  it.each([{}, { newEmail: NEW }, { newEmail: 'x', password: PASSWORD }, { newEmail: NEW, password: PASSWORD, id: 'x' }])(
    'refuses the body %j',
    async (body) => {
      const { post, ada } = await createAdaWorld();
      expect((await post('/email/change', body, ada.accessToken)).body.code).toBe('VALIDATION_FAILED');
    },
  );
});
