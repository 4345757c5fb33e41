import { describe, expect, it } from 'vitest';
import { createAdminTestApp } from '../../test-kit/admin-test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { AuthError } from '../../errors.js';

describe('DELETE /users/:id', () => {
  it.each(['ada', 'admin'] as const)('removes an account with everything in it, by %s', async (by) => {
    const world = await createAdminTestApp();
    const { send, store, ada, get, post, enableFactor, mail } = world;
    await enableFactor();
    await post('/password/request', { email: ada.email });
    await mail.settled();
    await store.counters.take({ hitId: '1', key: `2fa:${ada.userId}`, limits: [], now: 1 });
    // Set the session to the level after a second factor, which the owner must prove because it is on.
    await store.sessions.rotate(ada.sessionId, 0, { now: world.clock.now(), idleExpiresAt: 1e15, proof: { amr: ['pwd', 'otp'], aal: 2 } });
    const body = by === 'ada' ? { password: ada.password } : {};
    expect((await send({ method: 'DELETE', path: `/users/${ada.userId}`, token: world[by].accessToken, body })).status).toBe(204);
    // L6: the user is notified. Once the mail is sent, no data about them is left.
    expect(await mail.next('security-notice')).toMatchObject({ to: ada.email, data: { notice: 'two-factor-enabled' } });
    expect(await mail.next('security-notice')).toMatchObject({ to: ada.email, data: { notice: 'account-removed' } });
    await mail.settled();
    const { events: _, anonymizations: __, ...tables } = store.dump();
    expect(JSON.stringify(tables)).not.toContain(ada.userId);
    expect(JSON.stringify(tables)).not.toContain(ada.email);
    expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
  });

  it('requires the owner’s second factor if it is on', async () => {
    const { send, ada, enableFactor, clock } = await createAdminTestApp();
    await enableFactor();
    await clock.advance(5_000);
    const { body } = await send({ method: 'DELETE', path: `/users/${ada.userId}`, token: ada.accessToken });
    expect([body.code, body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'SECOND_FACTOR']);
  });

  it('accepts the password for the caller’s own account, as DELETE /me does', async () => {
    const { send, ada, store } = await createAdminTestApp();
    const remove = (body: object) => send({ method: 'DELETE', path: `/users/${ada.userId}`, token: ada.accessToken, body });
    const without = await remove({});
    expect([without.body.code, without.body.meta.issues?.[0]?.path]).toEqual(['VALIDATION_FAILED', 'password']);
    expect((await remove({ password: 'a guess at it' })).body.code).toBe('INVALID_CREDENTIALS');
    expect(await store.users.find(ada.userId)).not.toBeNull();
    expect((await remove({ password: ada.password })).status).toBe(204);
  });

  it('accepts a recent session of an administrator too', async () => {
    const { send, ada, admin, clock } = await createAdminTestApp();
    await clock.advance(5 * 60_000);
    const { body } = await send({ method: 'DELETE', path: `/users/${ada.userId}`, token: admin.accessToken });
    expect([body.code, body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'PASSWORD']);
  });

  it('keeps the last administrator, and records the refusal', async () => {
    const { send, admin, emitted } = await createAdminTestApp();
    const body = { password: admin.password };
    const reply = await send({ method: 'DELETE', path: `/users/${admin.userId}`, token: admin.accessToken, body });
    expect([reply.status, reply.body.code]).toEqual([409, 'LAST_ADMIN']);
    expect(emitted.at(-1)).toMatchObject({ type: 'account.removal-refused', detail: { reason: 'last-of-role' } });
  });

  it('leaves only events under an id, including actions of the user on others', async () => {
    const { auth, send, store, ada, admin, patch } = await createAdminTestApp();
    const second = await loginAs(auth, { email: 'eve@example.com', role: 'admin', ip: '203.0.113.9', userAgent: 'Eve’s' });
    await auth.api.updateUser({ id: ada.userId, name: 'B' }, { accessToken: second.accessToken, ip: '203.0.113.9', userAgent: 'Eve’s' });
    await patch({ name: 'C' });
    expect((await send({ method: 'DELETE', path: `/users/${second.userId}`, token: admin.accessToken })).status).toBe(204);
    const events = JSON.stringify(store.dump()['events']);
    expect(events).toContain(second.userId);
    expect(events).not.toMatch(/203\.0\.113\.9|Eve|eve@/);
    // The events of others keep their source, including the removal.
    const [removal] = await store.events.list(second.userId, { limit: 1 });
    expect(removal).toMatchObject({ type: 'account.removed', actorId: admin.userId, ip: '192.0.2.1' });
    const [last] = (await store.events.list(ada.userId, { limit: 9 })).filter(({ type }) => type === 'account.updated');
    expect(last).toMatchObject({ actorId: admin.userId, ip: '192.0.2.1' });
  });

  it('calls hooks.beforeRemoval for owners and administrators', async () => {
    const asked: string[] = [];
    const { send, ada, admin } = await createAdminTestApp({
      hooks: {
        beforeRemoval({ user }) {
          asked.push(user.id);
          throw new AuthError('FORBIDDEN', { message: 'There are unpaid invoices' });
        },
      },
    });
    const reply = await send({ method: 'DELETE', path: `/users/${ada.userId}`, token: admin.accessToken });
    expect([reply.status, reply.body.error, asked]).toEqual([403, 'There are unpaid invoices', [ada.userId]]);
    expect((await send({ path: `/users/${ada.userId}`, token: admin.accessToken })).status).toBe(200);
  });
});
