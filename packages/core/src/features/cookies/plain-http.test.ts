import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';

const ADA = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };

afterEach(() => void vi.unstubAllEnvs());

/** The lines of the cookies that a login sets, and what was logged at the start about them. */
async function cookiesOf(config: { readonly baseUrl: string }, { inProduction = false } = {}) {
  if (inProduction) vi.stubEnv('NODE_ENV', 'production');
  const app = createTestApp({ transport: 'cookie', ...config });
  const warnings = app.log.filter(({ level, message }) => level === 'warn' && /cookie/i.test(message)).map(({ message }) => message);
  await app.auth.createUser(ADA);
  const { origin } = new URL(config.baseUrl);
  const { status, headers } = await app.send({ method: 'POST', path: '/login', body: { email: ADA.email, password: PASSWORD }, headers: { origin } });
  expect(status).toBe(200);
  return { warnings, lines: [headers['Set-Cookie'] ?? []].flat() };
}

const areBound = (lines: readonly string[]): boolean => lines.length === 3 && lines.every((line) => line.startsWith('__Host-sp_') && line.includes('; Secure;'));

describe('the cookies of an http baseUrl', () => {
  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'http://app.localhost:3000'])(
    'S7: on this machine are plain outside production, since Safari keeps no other, with a warning: %s',
    async (baseUrl) => {
      const { lines, warnings } = await cookiesOf({ baseUrl });
      expect(lines.map((line) => line.split('=')[0])).toEqual(['sp_at', 'sp_rt', 'sp_dt']);
      expect(lines.filter((line) => line.includes('Secure'))).toEqual([]);
      expect(warnings).toEqual([expect.stringContaining('baseUrl is http on this machine: cookies are neither Secure nor bound')]);
    },
  );

  it('S7: on this machine are Secure and bound to the host in production, with a warning', async () => {
    const { lines, warnings } = await cookiesOf({ baseUrl: 'http://localhost:3000' }, { inProduction: true });
    expect([areBound(lines), warnings]).toEqual([true, [expect.stringContaining('Safari keeps no Secure cookie of it')]]);
  });

  it.each([false, true])('S7: elsewhere are Secure and bound to the host, with a warning that nobody stays logged in; production: %s', async (inProduction) => {
    const { lines, warnings } = await cookiesOf({ baseUrl: 'http://192.168.1.20:3000' }, { inProduction });
    expect([areBound(lines), warnings]).toEqual([true, [expect.stringContaining('so nobody stays logged in; serve it over https')]]);
  });
});

it('S7: an https baseUrl logs no warning about cookies, nor does bearer mode', async () => {
  expect(await cookiesOf({ baseUrl: 'https://app.example' })).toMatchObject({ warnings: [], lines: [{}, {}, {}].map(() => expect.stringContaining('Secure')) });
  expect(createTestApp({ baseUrl: 'http://192.168.1.20:3000' }).log.filter(({ level }) => level === 'warn')).not.toContainEqual(expect.objectContaining({ message: expect.stringMatching(/cookie/) }));
});
