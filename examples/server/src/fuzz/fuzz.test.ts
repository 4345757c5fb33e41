import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-kit/running-server.js';
import { fuzz } from './fuzz.js';

const DURATION_MS = 2_000;

describe('invalid input for every route, over HTTP', () => {
  it.each(['bearer', 'cookie'] as const)('Z2: gets a documented response within a second, never a 5xx, and leaks no memory: %s', async (transport) => {
    const seed = Date.now() % 2 ** 31;
    console.log(`fuzz seed ${seed}`);
    // Short, because the machine may be busy. `pnpm fuzz` runs longer.
    expect((await fuzz({ folder: temporaryFolder(), transport, durationMs: DURATION_MS, seed })).attacks).toBeGreaterThan(0);
  });
});
