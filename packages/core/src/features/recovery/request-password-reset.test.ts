import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, createMailTestApp } from '../../test-kit/mail-test-app.js';
import { medianMs } from '../../test-kit/median.js';
import { loginAs } from '../../testing/login-as.js';

const MINUTE_MS = 60_000;

/** A reply without time and id. It must be the same for every address. */
const bare = ({ status, body }: { readonly status: number; readonly body: object }): object => {
  const { meta: _, ...rest } = { meta: null, ...body };
  return { status, ...rest };
};

describe('requesting a password reset', () => {
  it('R2: gives the same response whether or not the account exists, and mails only the owner', async () => {
    const { post, mail } = await createAdaWorld();
    const known = await post('/password/request', { email: ' ADA@Example.com ' });
    const unknown = await post('/password/request', { email: 'nobody@example.com' });
    expect(bare(known)).toEqual(bare(unknown));
    expect(known.body.data).toEqual({});
    expect((await mail.next('password-reset')).to).toBe(ADA);
    expect(mail.messages.filter(({ to }) => to === 'nobody@example.com')).toEqual([]);
  });

  it('R2: writes the same number of rows for an unknown address, so that the next request reveals nothing', async () => {
    const { post, store, mail } = await createAdaWorld();
    await mail.settled();
    const written = async (email: string) => {
      const before = store.dump();
      await post('/password/request', { email });
      await mail.settled();
      const after = store.dump();
      const events = (rows: readonly object[] = []) => rows.filter((row) => 'type' in row && row.type !== 'message.delivered').length;
      return Object.entries(after).map(([table, rows]) => [
        table,
        table === 'events' ? events(rows) - events(before[table]) : rows.length - (before[table]?.length ?? 0),
      ]);
    };
    expect(await written('nobody@example.com')).toEqual(await written(ADA));
    expect(mail.messages.some(({ to }) => to === 'nobody@example.com')).toBe(false);
    const rows = (store.dump()['outbox'] ?? []).filter((row) => 'kind' in row && row.kind === 'password-reset');
    expect(rows.every((row) => 'sealedMessage' in row && row.sealedMessage === '')).toBe(true);
  });

  it('R2: takes as long for an account that does not exist', { retry: 3 }, async () => {
    const { post, auth } = createMailTestApp({ throttling: { enabled: false } });
    for (let n = 0; n < 32; n += 1) {
      await auth.api.register({ email: `known-${n}@example.com`, password: 'correct horse battery', name: 'Ada' });
    }
    const [known, unknown] = await medianMs([
      (n) => post('/password/request', { email: `known-${n}@example.com` }),
      (n) => post('/password/request', { email: `nobody-${n}@example.com` }),
    ]);
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(0.5, 0.5 * unknown));
  });

  it('R2: mails once a minute and five times an hour, without revealing it', async () => {
    const { post, clock, store, emitted } = await createAdaWorld();
    const mails = (): number => (store.dump()['outbox'] ?? []).filter((row) => 'kind' in row && row.kind === 'password-reset').length;
    const first = await post('/password/request', { email: ADA });
    const again = await Promise.all(Array.from({ length: 5 }, () => post('/password/request', { email: ADA })));
    for (const reply of again) expect(bare(reply)).toEqual(bare(first));
    expect(mails()).toBe(1);
    for (let n = 0; n < 10; n += 1) {
      clock.set(clock.now() + MINUTE_MS);
      expect(bare(await post('/password/request', { email: ADA }))).toEqual(bare(first));
    }
    expect(mails()).toBe(5);
    clock.set(clock.now() + 60 * MINUTE_MS);
    await post('/password/request', { email: ADA });
    expect(mails()).toBe(6);
    expect(emitted.filter((event) => event.type === 'password.reset-requested' && event.detail?.reason === 'limited')).toHaveLength(11);
  });

  it('R2: counts requests for unknown addresses in the same way, so that a second one reveals nothing', async () => {
    const { post, emitted } = await createAdaWorld();
    await post('/password/request', { email: 'nobody@example.com' });
    await post('/password/request', { email: 'nobody@example.com' });
    const reasons = emitted.flatMap((event) => (event.type === 'password.reset-requested' ? [event.detail?.reason] : []));
    expect(reasons).toEqual(['unknown-account', 'limited']);
  });

  it('R4: links to the configured page only, and ignores the Host header', async () => {
    const { send, mail } = await createAdaWorld({ urls: { passwordReset: 'https://app.example.com/reset' } });
    await send({
      method: 'POST',
      path: '/password/request',
      body: { email: ADA },
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' },
    });
    const { data, text, html } = await mail.next('password-reset');
    expect(data.url).toBe(`https://app.example.com/reset#token=${data.token}`);
    expect(`${text}${html}`).not.toContain('evil.example');
  });

  it('R4: GET does nothing, even with a token', async () => {
    const { get } = await createAdaWorld();
    for (const path of ['/password/reset', '/password/request', '/email/verify']) {
      expect((await get(path)).status).toBe(405);
    }
  });

  it('sends nothing to a disabled account', async () => {
    const { post, mail, store, auth } = await createAdaWorld();
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const user = await store.users.find(bob.userId);
    if (user === null) throw new Error('no bob');
    await store.users.remove(bob.userId, 'nobody');
    await store.users.insert({ ...user, disabledAt: 1 });
    expect((await post('/password/request', { email: 'bob@example.com' })).status).toBe(200);
    await post('/password/request', { email: ADA });
    await mail.next('password-reset');
    expect(mail.messages.filter(({ kind, to }) => kind === 'password-reset' && to !== ADA)).toEqual([]);
  });

  it.each([{}, { email: 'no address' }, { email: 7 }, { email: ADA, extra: true }])('refuses the body %j', async (body) => {
    const { post } = createMailTestApp();
    const reply = await post('/password/request', body);
    expect([reply.status, reply.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });
});
