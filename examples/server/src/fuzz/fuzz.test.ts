import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-kit/running-server.js';
import { fuzz } from './fuzz.js';

const DURATION_MS = 2_000;

describe('garbage for every route, through HTTP', () => {
  it.each(['bearer', 'cookie'] as const)('Z2: gets a documented response within a second, never a 5xx, and leaves nothing in memory: %s', async (transport) => {
    const seed = Date.now() % 2 ** 31;
    console.log(`fuzz seed ${seed}`);
    // Few on a machine that is busy; `pnpm fuzz` takes its time.
    expect((await fuzz({ folder: temporaryFolder(), transport, durationMs: DURATION_MS, seed })).attacks).toBeGreaterThan(0);
  });
});
