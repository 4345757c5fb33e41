import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.js';
import { createTestApp, PASSWORD } from '../test-kit/test-app.js';
import { loginAs } from '../testing/login-as.js';

const ORIGIN = 'https://example.com';
const ADA = { email: 'ada@example.com', password: PASSWORD };

const login = (path = '/auth/login', init: RequestInit = {}): Request =>
  new Request(ORIGIN + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ADA), ...init });

/** A body of this many chunks of 16 KiB, which counts the chunks that were read. */
function countedBody(pieces: number): { readonly init: RequestInit; readonly taken: () => number; readonly isCancelled: () => boolean } {
  let taken = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken === pieces) return controller.close();
        taken += 1;
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      },
      cancel: () => void (isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  // `duplex` is missing in Node's types.
  const init: RequestInit & { readonly duplex: 'half' } = { body, duplex: 'half' };
  return { init, taken: () => taken, isCancelled: () => isCancelled };
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

describe('auth.fetch', () => {
  it('L3: limits by the given address, and all requests without one together', async () => {
    const { auth } = createTestApp({ throttling: { limits: { login: { points: 1, window: '1m' } } } });
    const from = async (ip: string | null): Promise<number> => (await auth.fetch(login(), { ip })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([401, 429, 401]);
    expect([await from(null), await from(null)]).toEqual([401, 429]);
  });

  it('L3: is not called without an address, in TypeScript or in JavaScript', async () => {
    const { auth } = createTestApp();
    // @ts-expect-error -- the address must be given
    await expect(auth.fetch(login(), {})).rejects.toThrow(ConfigError);
    // @ts-expect-error -- as above
    await expect(auth.fetch(login())).rejects.toThrow(/ip/);
    // @ts-expect-error -- `undefined` is refused: a host may have looked in the wrong place
    await expect(auth.fetch(login(), { ip: undefined })).rejects.toThrow(ConfigError);
    // @ts-expect-error -- as above
    await expect(auth.guard(login(), {})).rejects.toThrow(ConfigError);
    // @ts-expect-error -- as above
    await expect(auth.guard(login())).rejects.toThrow(ConfigError);
  });

  it.each([
    ['/auth', undefined],
    ['/api/v1/accounts', '/api/v1/accounts'],
    ['/api/v1/accounts', '/api/v1/accounts/'],
    ['', ''],
  ])('is mounted at "%s"', async (path, mount) => {
    const { auth } = createTestApp();
    expect((await auth.fetch(login(`${path}/login`), { ip: null, mount })).status).toBe(401);
    expect((await auth.fetch(new Request(`${ORIGIN}/elsewhere/login`), { ip: null, mount })).status).toBe(404);
    expect((await auth.fetch(login(`/x${path}/login`), { ip: null, mount })).status).toBe(404);
  });

  it('reads no more of a body than the limit, and then discards at most a megabyte', async () => {
    const { auth } = createTestApp();
    const [small, endless] = [countedBody(20), countedBody(10_000)];
    expect((await auth.fetch(login('/auth/login', small.init), { ip: null })).status).toBe(413);
    expect((await auth.fetch(login('/auth/login', endless.init), { ip: null })).status).toBe(413);
    await turns(200);
    expect([small.taken(), small.isCancelled()]).toEqual([20, false]);
    expect([endless.taken() <= 70, endless.isCancelled()]).toEqual([true, true]);
  });

  it('discards a body that no route reads', async () => {
    const { auth } = createTestApp();
    const { init, taken } = countedBody(5);
    expect((await auth.fetch(login('/auth/nowhere', init), { ip: null })).status).toBe(404);
    await turns(50);
    expect(taken()).toBe(5);
  });

  it('reports that the body was already read', async () => {
    const { auth } = createTestApp();
    const request = login();
    await request.text();
    expect((await auth.fetch(request, { ip: null })).status).toBe(500);
  });

  it('treats an aborted body as missing', async () => {
    const { auth } = createTestApp();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(JSON.stringify(ADA)));
        controller.error(new Error('cut off'));
      },
    });
    const init: RequestInit & { readonly duplex: 'half' } = { body, duplex: 'half' };
    expect((await auth.fetch(login('/auth/login', init), { ip: null })).status).toBe(400);
  });
});

describe('auth.guard, for a web Request', () => {
  it('checks the caller against a rule, and leaves the body to the route', async () => {
    const { auth } = createTestApp();
    const { accessToken, userId } = await loginAs(auth);
    const request = login('/reports', { headers: { authorization: `Bearer ${accessToken}` } });
    const allowed = await auth.guard(request, { ip: null });
    expect(allowed.kind === 'allowed' && allowed.principal.user.id).toBe(userId);
    expect(await request.json()).toEqual(ADA);
    const refused = await auth.guard(request, { ip: null, rule: auth.accessRule({ roles: ['admin'] }) });
    expect(refused.kind === 'refused' && refused.response.status).toBe(403);
    const anonymous = await auth.guard(new Request(`${ORIGIN}/reports`), { ip: null, rule: auth.accessRule({ optional: true }) });
    expect(anonymous.kind).toBe('anonymous');
  });
});
