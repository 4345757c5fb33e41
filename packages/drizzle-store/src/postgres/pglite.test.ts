import { createStoreLimiter } from '@sallyport/core';
import { describeLimiterContract, describeStoreContract } from '@sallyport/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openPostgresStore } from './create-drizzle-postgres-store.js';
import { createPglitePool } from './pglite.test-kit.js';

// One database for all tests, since it takes seconds to start. It has one connection, so it proves nothing about races.
const pool = createPglitePool();
afterAll(async () => pool.end());

const open = async () => openPostgresStore({ pool, closePool: async () => undefined, options: {} });
beforeAll(async () => (await open()).close(), 120_000);

describeStoreContract('the PostgreSQL store on PGlite', open, { describe, it });

describeLimiterContract(
  'the limiter on PGlite',
  async () => {
    const store = await open();
    return { limiter: createStoreLimiter(store), close: async () => store.close() };
  },
  { describe, it },
);
