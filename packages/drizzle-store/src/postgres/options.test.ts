import { ConfigError } from '@sallyport/core';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Client, Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { createDrizzlePostgresStore } from './create-drizzle-postgres-store.js';
import { createPostgresStore } from './create-postgres-store.js';

describe('a store on PostgreSQL', () => {
  it.each<readonly [string | undefined, string]>([
    [undefined, 'it is undefined: is the environment variable set?'],
    ['', 'must begin with postgres://'],
    ['mysql://root:CANARY@localhost/a', 'must begin with postgres://'],
  ])('refuses the url %s at once and says why', async (url, reason) => {
    const opening = createPostgresStore({ url });
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(reason);
    await expect(opening).rejects.not.toThrow('CANARY');
  });

  it.each<readonly [unknown, string]>([
    [undefined, 'options: must be an object'],
    [null, 'options: must be an object'],
    ['postgres://root:CANARY@localhost/a', 'options: must be an object'],
    [{}, 'url: must begin with postgres://'],
    [{ url: 7 }, 'url: must begin with postgres://'],
    [{ url: 'postgres://127.0.0.1:1/a', maxConnections: '10' }, 'maxConnections: must be a whole number'],
    [{ url: 'postgres://127.0.0.1:1/a', maxConnections: 0 }, 'maxConnections: must be a whole number'],
    [{ url: 'postgres://127.0.0.1:1/a', waitMs: '5s' }, 'waitMs: must be a number'],
    [{ url: 'postgres://127.0.0.1:1/a', migrate: 'false' }, 'migrate: must be true or false'],
    [{ url: 'postgres://127.0.0.1:1/a', tablePrefix: 'A' }, 'tablePrefix: must be lowercase letters'],
  ])('says at once what is wrong with the options %j', async (options, reason) => {
    const opening = createPostgresStore(options as never);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(`The store cannot be opened:\n  - ${reason}`);
    await expect(opening).rejects.not.toThrow('CANARY');
  });

  it.each([null, 'auth_'])('says at once what is wrong with %j beside a database', async (options) => {
    const opening = createDrizzlePostgresStore(drizzle(new Pool()), options as never);
    await expect(opening).rejects.toThrow('The store cannot be opened:\n  - options: must be an object');
  });

  it.each<readonly [string, unknown, string]>([
    ['libsql', { $client: { execute: () => undefined, close: () => undefined } }, 'on a Pool of pg'],
    ['one connection of pg', drizzle(new Client()), 'on a Pool of pg'],
    ['postgres.js', { $client: Object.assign(() => undefined, { end: () => undefined }) }, 'on a Pool of pg'],
    ['nobody', undefined, 'on a Pool of pg'],
    ['a promise', Promise.resolve({}), 'write await'],
  ])('refuses a database of another driver: %s', async (_, db, reason) => {
    const opening = createDrizzlePostgresStore(db as never);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(reason);
  });
});
