import { describe, expect, it } from 'vitest';
import { PASSWORD, createTestApp } from '../../test-kit/test-app.js';
import { aUser } from '../../testing/builders.js';
import { createBcryptHasher } from './bcrypt-hasher.js';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const settings = { maxCost: 14, peppers: [] };

describe('a hash from another system or an earlier version', () => {
  it.each([
    ['Passlib11', '$2a$12$M8mKpW9a2vZ7PYhq/8eJVcUtKxpo6j0zAezu0G/HAMYgMkhPu4fLK'],
    ['vlaflip', '$2a$12$GqDY2k0khMlI69U5LN9m11tN2XCF1NH5d53SKdjfa/jmgnIN8rVb6'],
  ])('P4: of %s verifies even if unused bits of it are set, and is replaced at the login', async (password, hash) => {
    const hasher = createBcryptHasher({ cost: 12, ...settings });
    expect(await hasher.verify(password, hash)).toBe(true);
    expect(await hasher.verify(`${password}?`, hash)).toBe(false);
    expect(hasher.needsRehash(hash)).toBe(true);
  });

  it('L1: takes as long as an unknown account even if its cost is lower than the configured one', async () => {
    const today = createBcryptHasher({ cost: 9, ...settings });
    const cheap = await createBcryptHasher({ cost: 5, ...settings }).hash(PASSWORD);
    const dummy = await today.dummyHash();
    const times = { cheap: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 30; round += 1) {
      for (const [kind, hash] of [['cheap', cheap], ['unknown', dummy]] as const) {
        const begun = performance.now();
        expect(await today.verify('wrong password', hash)).toBe(false);
        times[kind].push(performance.now() - begun);
      }
    }
    const ratio = median(times.cheap) / median(times.unknown);
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.35);
  });

  it('M10: causes a server fault if its pepper is missing: 500, a log line, and no attempt is counted', async () => {
    const passwordHash = await createBcryptHasher({ cost: 4, maxCost: 14, peppers: ['a pepper that was lost since'] }).hash(PASSWORD);
    const { store, post, log } = createTestApp({ passwords: { cost: 4 } });
    await store.users.insert(aUser({ email: 'ada@example.com', passwordHash }));
    for (let times = 0; times < 8; times += 1) {
      const { status, body } = await post('/login', { email: 'ada@example.com', password: PASSWORD });
      expect([status, body.code]).toEqual([500, 'INTERNAL']);
    }
    expect(store.dump()['attempts'] ?? []).toEqual([]);
    expect(log.some(({ level }) => level === 'error')).toBe(true);
  });
});
