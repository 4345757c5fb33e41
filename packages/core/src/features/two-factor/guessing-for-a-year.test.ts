import { testContext } from '../../test-kit/test-context.js';
import { expect, it } from 'vitest';
import type { UnitOfWork } from '../../unit-of-work.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { ADA, createAdaWorld, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { totp } from '../../testing/totp.js';
import { beginFactorAttempt, clearLockout } from './begin-factor-attempt.js';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** Three time steps are accepted at any time. */
const CHANCE_OF_A_GUESS = 3 / 1_000_000;

interface Campaign {
  readonly guesses: number;
  readonly chance: number;
}

interface Attack {
  /** Whether the attacker makes another guess. */
  readonly mayGuess: (guessesInLast30Days: number) => boolean;
  /** How long the owner waits before using a backup code to end a stop. Default: never. */
  readonly recoversAfterMs?: number;
}

/** Simulates an attacker who has the password and guesses for a year. */
async function attackForAYear({ mayGuess, recoversAfterMs }: Attack): Promise<Campaign> {
  const store = createMemoryStore();
  const clock = fakeClock();
  const context = testContext({ store, clock });
  const start = clock.now();
  const made: number[] = [];
  while (clock.now() - start < YEAR_MS) {
    const recent = made.filter((at) => at > clock.now() - 30 * 24 * 60 * MINUTE_MS).length;
    let wait = 3 * 60 * MINUTE_MS;
    if (mayGuess(recent)) {
      const outcome = await store.transaction(async (tx) => {
        const unit = tx as UnitOfWork;
        const guess = await beginFactorAttempt({ ...context, unit }, 'user');
        if (guess.kind === 'allowed') await guess.fail();
        return guess;
      });
      if (outcome.kind === 'allowed') {
        made.push(clock.now());
        wait = 1;
      } else if (outcome.retryAt === null) {
        if (recoversAfterMs === undefined) break;
        wait = recoversAfterMs;
        await store.transaction(async (tx) => clearLockout({ unit: tx as UnitOfWork }, 'user'));
      } else wait = Math.max(1, outcome.retryAt - clock.now());
    }
    clock.set(clock.now() + wait);
  }
  return { guesses: made.length, chance: 1 - (1 - CHANCE_OF_A_GUESS) ** made.length };
}

it('M4: an attacker who guesses as fast as the pauses allow is stopped permanently after 25 guesses', async () => {
  const { guesses, chance } = await attackForAYear({ mayGuess: () => true });
  expect(guesses).toBe(25);
  expect(chance).toBeLessThan(0.0001);
});

it('M4: an attacker who always stays one guess under the stop has less than 0.1 % in a year', async () => {
  const { guesses, chance } = await attackForAYear({ mayGuess: (recent) => recent < 24 });
  expect(guesses).toBeGreaterThan(250);
  expect(guesses).toBeLessThanOrEqual(312);
  expect(chance).toBeLessThan(0.001);
});

it('M4: an owner who ends every stop with a backup code within the month keeps the chance under 0.1 % in a year', async () => {
  const { guesses, chance } = await attackForAYear({ mayGuess: () => true, recoversAfterMs: 30 * 24 * 60 * MINUTE_MS });
  expect(guesses).toBeGreaterThan(250);
  expect(chance).toBeLessThan(0.001);
});

it('M4, R3: an attacker who reads the mailbox too, and resets the password at every stop, has 25 guesses in a year', async () => {
  const { post, tokenOf, clock, ada } = await createAdaWorld({ throttling: { enabled: false } });
  await post('/email/verify', { token: await tokenOf('email-verification') });
  const { secret } = (await post('/2fa/setup', {}, ada.accessToken)).body.data;
  await post('/2fa/enable', { token: totp(secret, clock) }, ada.accessToken);
  let guesses = 0;
  for (const end = clock.now() + YEAR_MS; clock.now() < end; clock.set(clock.now() + 5 * 24 * 60 * MINUTE_MS)) {
    await post('/password/request', { email: ADA });
    await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    const { challengeToken } = (await post('/login', { email: ADA, password: NEW_PASSWORD })).body.data;
    for (let n = 0; n < 6; n += 1) {
      if ((await post('/2fa/verify', { token: '000000', challengeToken })).body.code === 'INVALID_TWO_FACTOR_CODE') guesses += 1;
    }
  }
  expect(guesses).toBe(25);
});
