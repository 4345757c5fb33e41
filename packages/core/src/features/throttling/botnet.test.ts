import { expect, it } from 'vitest';
import { ADA, createAdaWorld, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { PASSWORD } from '../../test-kit/test-app.js';
import type { ReplyBody } from '../../test-kit/test-app.js';
import { textOf, toAuthRequest } from '../../testing/client.js';
import { createBcryptHasher } from '../passwords/bcrypt-hasher.js';

const SOURCES = 10_000;
const DAY_MS = 24 * 3_600_000;
/** Concurrent requests per wave. The waves are spread over the day. */
const AT_ONCE = 10;
const WAVES = SOURCES / AT_ONCE;

it('L2, R2: ten thousand sources against one account in a day do not lock its owner out, and get at most 36 guesses', async () => {
  const cheap = createBcryptHasher({ cost: 4, maxCost: 14, peppers: [] });
  let compared = 0;
  const hasher = { ...cheap, verify: (password: string, hash: string) => ((compared += 1), cheap.verify(password, hash)) };
  const world = await createAdaWorld({ passwords: { hasher } });
  const { auth, clock, mail, ada } = world;
  const from = async (ip: string, path: string, body: object) => {
    const reply = await auth.handle(toAuthRequest({ method: 'POST', path, body, ip }));
    const { data }: ReplyBody = JSON.parse((await textOf(reply)) ?? '{}');
    return { status: reply.status, data };
  };
  compared = 0;
  const attackers: number[] = [];
  const owners: number[] = [];
  let mailed = 0;

  for (let wave = 0; wave < WAVES; wave += 1) {
    const sources = Array.from({ length: AT_ONCE }, (_, at) => wave * AT_ONCE + at);
    const replies = await Promise.all(
      sources.map((source) => from(`10.${source >> 8}.${source & 255}.1`, '/login', { email: ADA, password: `guess ${source}` })),
    );
    attackers.push(...replies.map(({ status }) => status));
    // The attacker also requests resets, to use up the mail limit of the account.
    await from(`10.200.${wave >> 8}.${wave & 255}`, '/password/request', { email: ADA });
    if (wave % 100 === 50) {
      const { status } = await from('192.0.2.1', '/login', { email: ADA, password: PASSWORD, deviceToken: ada.deviceToken });
      owners.push(status);
      mailed = mail.messages.filter(({ kind }) => kind === 'password-reset').length;
    }
    await clock.advance(DAY_MS / WAVES);
  }
  expect(new Set(attackers)).toEqual(new Set([401, 429]));
  expect(owners).toEqual(Array(WAVES / 100).fill(200));
  // Five free guesses, seven during the waits of the first hour, then one an hour.
  expect(compared - owners.length).toBeLessThanOrEqual(5 + 7 + 24);
  expect(compared - owners.length).toBeGreaterThan(24);
  expect(mailed).toBeGreaterThan(24);
  await mail.settled();
  const resets = mail.messages.filter(({ kind }) => kind === 'password-reset');
  expect(resets.length).toBeLessThanOrEqual(5 * 25);

  // The owner without a known device. Their own request may exceed the mail limit, but the newest mail works too.
  expect((await from('198.51.100.1', '/password/request', { email: ADA })).status).toBe(200);
  await mail.settled();
  const token = mail.messages.filter(({ kind }) => kind === 'password-reset').at(-1)?.data.token;
  const reset = await from('198.51.100.1', '/password/reset', { token, newPassword: NEW_PASSWORD });
  expect(reset.status).toBe(200);
  for (let source = 0; source < 10; source += 1) await from(`10.0.${source}.1`, '/login', { email: ADA, password: `guess ${source}` });
  const { deviceToken } = reset.data;
  expect((await from('198.51.100.1', '/login', { email: ADA, password: NEW_PASSWORD })).status).toBe(429);
  expect((await from('198.51.100.1', '/login', { email: ADA, password: NEW_PASSWORD, deviceToken })).status).toBe(200);

  // The audit trail has one event for each compared guess and each wait, not for each request.
  const types = (world.store.dump()['events'] ?? []).map((event) => String(Reflect.get(event, 'type')));
  expect(types.filter((type) => type === 'login.failed' || type === 'password.throttled').length).toBeLessThan(2 * 50);
});
