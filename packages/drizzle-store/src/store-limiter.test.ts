import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStoreLimiter } from '@sallyport/core';
import { describeLimiterContract } from '@sallyport/core/testing';
import { afterAll, describe, it } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-limiter-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeLimiterContract(
  'the limiter in a libsql file',
  async () => {
    const store = await createLibsqlStore({ url: `file:${join(folder, 'limiter.db')}` });
    return { limiter: createStoreLimiter(store), close: () => store.close() };
  },
  { describe, it },
);
