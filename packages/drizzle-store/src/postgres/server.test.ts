import { createStoreLimiter } from '@sallyport/core';
import { describeLimiterContract, describeStoreContract } from '@sallyport/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createPostgresStore } from './create-postgres-store.js';
import { createTestDatabase, type TestDatabase, whyNoServer } from './server.test-kit.js';

const missing = await whyNoServer();

describe.skipIf(missing !== null)(`on a server${missing === null ? '' : ` (${missing})`}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => database.drop());

  const open = async () => createPostgresStore({ url: database.url });

  describeStoreContract('the PostgreSQL store', open, { describe, it });

  describeLimiterContract(
    'the limiter in PostgreSQL',
    async () => {
      const store = await open();
      return { limiter: createStoreLimiter(store), close: async () => store.close() };
    },
    { describe, it },
  );
});
