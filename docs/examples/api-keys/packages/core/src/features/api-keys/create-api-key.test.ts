import { describe, expect, it } from 'vitest';
import { createAdaWorld } from '../../test-kit/mail-test-app.js';

describe('an API key', () => {
  it('is shown once, is listed without its secret, and the owner is notified', async () => {
    const { post, get, mail, ada, emitted, store } = await createAdaWorld();
    const made = await post('/api-keys', { name: 'backup job' }, ada.accessToken);
    expect(made.status).toBe(201);
    const key = /sp_ak_[\w-]{43}/.exec(made.text ?? '')?.[0] ?? '';
    expect(key).not.toBe('');
    expect((await get('/api-keys', ada.accessToken)).body.data).toMatchObject({ apiKeys: [{ name: 'backup job' }] });
    expect(JSON.stringify(store.dump())).not.toContain(key);
    expect(emitted.at(-1)).toMatchObject({ type: 'api-key.created', outcome: 'success', userId: ada.userId });
    expect((await mail.next('security-notice')).subject).toContain('API key');
  });

  it('is refused above the maximum per user, even for concurrent requests', async () => {
    const { post, ada, emitted } = await createAdaWorld({ apiKeys: { maxPerUser: 2 } });
    const replies = await Promise.all([1, 2, 3, 4].map((n) => post('/api-keys', { name: `job ${n}` }, ada.accessToken)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 201, 403, 403]);
    expect(emitted.filter(({ type }) => type === 'api-key.refused')).toHaveLength(2);
  });

  it('requires a recent session', async () => {
    const { post, clock, ada } = await createAdaWorld();
    await clock.advance(6 * 60_000);
    expect((await post('/api-keys', { name: 'backup job' }, ada.accessToken)).body.code).toBe('STEP_UP_REQUIRED');
  });
});
