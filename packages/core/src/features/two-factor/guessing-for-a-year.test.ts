import { testContext } from '../../test-kit/test-context.js';
import { expect, it } from 'vitest';
import type { UnitOfWork } from '../../unit-of-work.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { beginFactorAttempt } from './begin-factor-attempt.js';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** Three time steps are good at any moment. */
const CHANCE_OF_A_GUESS = 3 / 1_000_000;

interface Campaign {
  readonly guesses: number;
  readonly chance: number;
}

/** Plays somebody who has the password, and guesses for a year whenever `mayGuess` lets them. */
async function attackForAYear(mayGuess: (guessesInLast30Days: number) => boolean): Promise<Campaign> {
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
      } else if (outcome.retryAt === null) break;
      else wait = Math.max(1, outcome.retryAt - clock.now());
    }
    clock.set(clock.now() + wait);
  }
  return { guesses: made.length, chance: 1 - (1 - CHANCE_OF_A_GUESS) ** made.length };
}

it('M4: an attacker who guesses as fast as the pauses let them is stopped for good after 25 guesses', async () => {
  const { guesses, chance } = await attackForAYear(() => true);
  expect(guesses).toBe(25);
  expect(chance).toBeLessThan(0.0001);
});

it('M4: an attacker who always stays one guess under the stop has less than 0.1 % in a year', async () => {
  const { guesses, chance } = await attackForAYear((recent) => recent < 24);
  expect(guesses).toBeGreaterThan(250);
  expect(guesses).toBeLessThanOrEqual(312);
  expect(chance).toBeLessThan(0.001);
});
