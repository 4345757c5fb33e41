import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthConfig } from '@sallyport/core';
import { createMemoryStore, inbox } from '@sallyport/core/testing';
import express from 'express';
import type { Express } from 'express';
import { onTestFinished } from 'vitest';
// Imports core's internals, which adapters do not do. This file is not published.
import { checkedAuth } from '../../../core/src/test-kit/openapi-check.js';

const SECRET = 'the secret of tests, 32 bytes long or more';
export const PASSWORD = 'seven violet otters';
export const ADMIN_PASSWORD = 'the admin password of tests';

/** In memory, with the fastest settings. */
export function testConfig(): Omit<AuthConfig, 'registration' | 'permissions'> {
  return { secret: SECRET, store: createMemoryStore(), passwords: { cost: 4 }, logger: false, notifier: inbox() };
}

/** Fails on a response that the OpenAPI document does not declare. */
export function testAuth(config: Partial<AuthConfig> = {}): Auth {
  return checkedAuth(createAuth({ ...testConfig(), registration: { adminPassword: ADMIN_PASSWORD }, ...config }), config);
}

export interface Served {
  readonly origin: string;
  readonly port: number;
  readonly server: Server;
}

/** Serves an application on a real socket until the test is over. */
export async function serve(build: (app: Express) => void): Promise<Served> {
  const app = express();
  build(app);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const { port } = address;
  return { origin: `http://127.0.0.1:${port}`, port, server };
}

export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
