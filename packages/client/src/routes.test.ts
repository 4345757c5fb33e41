import { createAuth } from '@sallyport/core';
import { createMemoryStore, inbox } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { ROUTES } from './routes.js';
import { createAuthClient } from './index.js';

/** A server with every feature, so that every route exists. */
const auth = createAuth({
  secret: 'the secret of tests, 32 bytes long or more',
  store: createMemoryStore(),
  notifier: inbox(),
  logger: false,
  baseUrl: 'https://example.com',
  emailLogin: {},
  urls: { providerReturn: 'https://example.com/return' },
  providers: { fake: { name: 'Fake', start: async () => '', finish: async () => Promise.reject(new Error('never called')) } },
});

interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
}

const operations = Object.entries(auth.openapi().paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    ...(operation as Operation),
    line: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
  })),
);

it('has exactly the routes of the server, with method and path', () => {
  const here = Object.fromEntries(Object.entries(ROUTES).map(([name, line]) => [name, line.replace('!', '')]));
  expect(here).toEqual(Object.fromEntries(operations.map(({ operationId, line }) => [operationId, line])));
});

it('has a method for each route', () => {
  const client = createAuthClient({ baseUrl: 'http://localhost/auth' });
  for (const { operationId } of operations) expect([operationId, typeof Reflect.get(client, operationId)]).toEqual([operationId, 'function']);
});

it('sends an access token only to routes that take one', () => {
  // A logout uses the refresh token, because the access token may have expired.
  const takesNone = operations.filter(({ operationId, security }) => security.length === 0 || operationId === 'logout');
  const marked = Object.entries(ROUTES).filter(([, line]) => line.includes('!')).map(([name]) => name);
  expect(marked.toSorted()).toEqual(takesNone.map(({ operationId }) => operationId).toSorted());
});
