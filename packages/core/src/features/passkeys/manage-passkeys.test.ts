import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { registerPasskeyOf, usePasskeyOf } from '../../test-kit/passkeys.js';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import type { TestApp } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

const MINUTE_MS = 60_000;

async function begin() {
  const app = createTestApp();
  const ada = await loginAs(app.auth);
  return { ...app, ada, ...(await registerPasskeyOf(app, ada)) };
}

/** A user without a password, and a session that was begun by a passkey. */
async function withoutPassword() {
  const app = await begin();
  await app.store.users.setPassword(app.ada.userId, { hash: null, at: app.clock.now() });
  const { accessToken } = (await usePasskeyOf(app, app.authenticator)).body.data;
  return { ...app, accessToken };
}

const requiredBy = async (app: TestApp, token: string) => (await app.post('/passkeys/registration/options', {}, token)).body;

const typesOf = ({ emitted }: Pick<TestApp, 'emitted'>): readonly string[] => emitted.map(({ type }) => type);

describe('the passkeys of an account', () => {
  it('are listed newest first, with the credential ids that are still valid', async () => {
    const app = await begin();
    const second = await registerPasskeyOf(app, app.ada);
    const { data } = (await app.get('/passkeys', app.ada.accessToken)).body;
    expect(data.passkeys.map(({ id }) => id)).toEqual([second.passkey.id, app.passkey.id]);
    const [record] = await app.store.passkeys.list(app.ada.userId);
    const credentialIds = data.passkeys.map(({ credentialId }) => credentialId);
    expect(data.accepted).toEqual([{ rpId: 'example.com', userId: record?.userHandle, allAcceptedCredentialIds: credentialIds }]);
    expect(JSON.stringify(data)).not.toContain(record?.publicKey);
  });

  it('can be renamed by their owner only', async () => {
    const { send, auth, ada, passkey, ...app } = await begin();
    const rename = (token: string, id: string) => send({ method: 'PATCH', path: `/passkeys/${id}`, body: { name: 'Key ring' }, token });
    expect((await rename(ada.accessToken, passkey.id)).body.data.passkey).toEqual({ ...passkey, name: 'Key ring' });
    const eve = await loginAs(auth, { email: 'eve@example.com' });
    for (const id of [passkey.id, 'no id']) expect((await rename(eve.accessToken, id)).status).toBe(404);
    expect(typesOf(app).filter((type) => type === 'passkey.renamed')).toHaveLength(1);
    expect((await send({ method: 'PATCH', path: `/passkeys/${passkey.id}`, body: { name: ' ' }, token: ada.accessToken })).status).toBe(400);
  });

  it('W6: are removed in a recent session only; the owner is notified, and the passkey is invalid', async () => {
    const app = await begin();
    await app.clock.advance(5 * MINUTE_MS);
    expect((await app.del(`/passkeys/${app.passkey.id}`, app.ada.accessToken)).body.code).toBe('STEP_UP_REQUIRED');
    const { accessToken } = await loginAs(app.auth);
    const mails = app.store.dump()['outbox']?.length ?? 0;
    expect((await app.del(`/passkeys/${app.passkey.id}`, accessToken)).status).toBe(204);
    expect(app.store.dump()['outbox']).toHaveLength(mails + 1);
    expect(app.emitted).toContainEqual(expect.objectContaining({ type: 'passkey.removed', detail: { passkeyId: app.passkey.id } }));
    expect((await app.del(`/passkeys/${app.passkey.id}`, accessToken)).status).toBe(404);
    expect((await usePasskeyOf(app, app.authenticator)).body.code).toBe('INVALID_PASSKEY');
  });

  it('W6: the last credential stays, even if two are removed concurrently', async () => {
    const app = await withoutPassword();
    const path = `/passkeys/${app.passkey.id}`;
    const reply = await app.del(path, app.accessToken);
    expect([reply.status, reply.body.code]).toEqual([409, 'LAST_CREDENTIAL']);
    expect(app.emitted).toContainEqual(expect.objectContaining({ type: 'passkey.removal-refused', detail: { reason: 'last-credential' } }));
    const second = await registerPasskeyOf(app, app);
    const replies = await Promise.all([path, `/passkeys/${second.passkey.id}`].map(async (one) => app.del(one, app.accessToken)));
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'LAST_CREDENTIAL')).toHaveLength(1);
  });

  it('R7: of an earlier claimant are removed once another person verifies the address', async () => {
    const world = await createAdaWorld();
    const { authenticator } = await registerPasskeyOf(world, world.ada);
    await world.post('/password/request', { email: ADA });
    const token = await world.tokenOf('password-reset');
    expect((await world.post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
    expect(typesOf(world)).toContain('account.claimed');
    expect(await world.store.passkeys.list(world.ada.userId)).toEqual([]);
    expect((await usePasskeyOf(world, authenticator)).body.code).toBe('INVALID_PASSKEY');
  });

  it('R3: stay after a reset if the address was verified before', async () => {
    const world = await createAdaWorld();
    const { authenticator } = await registerPasskeyOf(world, world.ada);
    await world.store.users.verifyEmail(world.ada.userId, ADA, world.clock.now());
    await world.post('/password/request', { email: ADA });
    await world.post('/password/reset', { token: await world.tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    expect((await usePasskeyOf(world, authenticator)).status).toBe(200);
  });

  it('are off without a domain, and their routes are 404', async () => {
    for (const passkeys of [undefined, false] as const) {
      const { post, get, auth } = createTestApp({ passkeys });
      expect((await post('/passkeys/authentication/options', {})).status).toBe(404);
      expect((await get('/passkeys')).status).toBe(404);
      await expect(auth.api.beginPasskeyAuthentication({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(Object.keys(auth.openapi().paths).filter((path) => path.includes('passkeys'))).toEqual([]);
    }
  });
});

describe('an account without a password', () => {
  it('responds to a password like an unknown account', async () => {
    const app = await withoutPassword();
    const reply = await app.post('/login', { email: app.ada.email, password: PASSWORD });
    expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
    expect((await app.post('/reauthenticate', { password: PASSWORD }, app.accessToken)).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('can change its address and be removed in a recent session, without a password', async () => {
    const app = await withoutPassword();
    expect((await app.post('/email/change', { newEmail: 'next@example.com' }, app.accessToken)).status).toBe(200);
    await app.clock.advance(5 * MINUTE_MS);
    expect((await app.del('/me', app.accessToken, {})).body).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    const { accessToken } = (await usePasskeyOf(app, app.authenticator, { token: app.accessToken })).body.data;
    expect((await app.del('/me', accessToken, {})).status).toBe(204);
    expect(app.store.dump()['passkeys']).toEqual([]);
  });

  it('must give its password if it has one', async () => {
    const app = await begin();
    for (const reply of [await app.del('/me', app.ada.accessToken, {}), await app.post('/email/change', { newEmail: 'next@example.com' }, app.ada.accessToken)]) {
      expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'password' }] } });
    }
  });
});

describe('a session without a password that is no longer recent', () => {
  it('is asked for a proof that the account has: its passkey, its provider, or its mailbox', async () => {
    const app = await withoutPassword();
    expect((await app.get('/me', app.accessToken)).body.data.hasPassword).toBe(false);
    await app.clock.advance(5 * MINUTE_MS);
    expect(await requiredBy(app, app.accessToken)).toMatchObject({ code: 'STEP_UP_REQUIRED', meta: { requires: 'PASSKEY' } });
    const stepped = (await usePasskeyOf(app, app.authenticator, { token: app.accessToken })).body.data.accessToken;
    expect((await app.post('/passkeys/registration/options', {}, stepped)).status).toBe(200);
    await app.clock.advance(5 * MINUTE_MS);
    await app.store.passkeys.removeAll(app.ada.userId);
    expect((await requiredBy(app, stepped)).meta.requires).toBe('EMAIL');
    const at = app.clock.now();
    const identity = { id: app.ada.userId, userId: app.ada.userId, provider: 'fake', issuer: 'fake', subject: 'ada', email: null, sealedTokens: null, linkedAt: at, lastUsedAt: at };
    await app.store.identities.insert(identity, 1);
    expect((await requiredBy(app, stepped)).meta.requires).toBe('PROVIDER');
  });

  it('is asked for the password if there is one', async () => {
    const app = await begin();
    expect((await app.get('/me', app.ada.accessToken)).body.data.hasPassword).toBe(true);
    await app.clock.advance(5 * MINUTE_MS);
    expect((await requiredBy(app, app.ada.accessToken)).meta.requires).toBe('PASSWORD');
  });
});
