import { fakeClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { authRouter } from './auth-router.js';
import { post, serve, testAuth } from './test-kit/served.js';

const LIMITS = { login: { points: 3, window: '1m' } } as const;

/** Five logins, each with another forwarded-for header. */
async function loginsOf(origin: string, forwardedFor: (at: number) => string): Promise<Response[]> {
  const replies = [];
  for (let at = 0; at < 5; at += 1) replies.push(await fetch(`${origin}/auth/login`, post({}, { 'x-forwarded-for': forwardedFor(at) })));
  return replies;
}

describe('rate limits by source over Express', () => {
  it('L3: are reported in headers, and a client cannot choose its address', async () => {
    const { origin } = await serve((app) => app.use('/auth', authRouter(testAuth({ clock: fakeClock(), throttling: { limits: LIMITS } }))));
    const replies = await loginsOf(origin, (at) => `203.0.113.${at}`);
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 429, 429]);
    expect(replies.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"login";r=2;t=60',
      '"login";r=1;t=60',
      '"login";r=0;t=20',
      '"login";r=0;t=20',
      '"login";r=0;t=20',
    ]);
    expect(replies.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual(Array(5).fill('"login";q=3;w=60'));
    expect(replies.map(({ headers }) => headers.get('retry-after'))).toEqual([null, null, null, '20', '20']);
  });

  it('L3: apply to the address that a trusted proxy reports', async () => {
    const { origin } = await serve((app) => {
      app.set('trust proxy', 'loopback');
      app.use('/auth', authRouter(testAuth({ clock: fakeClock(), throttling: { limits: LIMITS } })));
    });
    const many = await loginsOf(origin, (at) => `203.0.113.${at}`);
    expect(many.map(({ status }) => status)).toEqual(Array(5).fill(400));
    // Entries before the proxy's own are set by the client.
    const one = await loginsOf(origin, (at) => `203.0.113.${at}, 198.51.100.1`);
    expect(one.map(({ status }) => status)).toEqual([400, 400, 400, 429, 429]);
  });
});
