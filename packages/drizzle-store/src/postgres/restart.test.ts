import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '@sallyport/core';
import { inbox } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { createCluster, serverPrograms } from './cluster.test-kit.js';
import { createPostgresStore } from './create-postgres-store.js';

const PASSWORD = 'correct horse battery staple';
const CLIENTS = 12;

const missing = serverPrograms() === null ? ' (no PostgreSQL is installed)' : '';

describe.skipIf(missing !== '')(`a server that stops and starts under load${missing}`, () => {
  it.each(['fast', 'immediate'] as const)('F1: %s: requests fail only with 503, and every acknowledged change is kept', async (mode) => {
    const cluster = await createCluster();
    const store = await createPostgresStore({ url: cluster.url, waitMs: 1000 });
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more',
      store,
      logger: false,
      notifier: inbox(),
      passwords: { cost: 4 },
      throttling: { enabled: false },
    });
    const registered: string[] = [];
    const refreshed = new Set<string>();
    const failures: unknown[] = [];
    let serial = 0;
    let running = true;

    async function client(): Promise<void> {
      while (running) {
        try {
          serial += 1;
          const email = `user${serial}@example.com`;
          await auth.api.register({ email, password: PASSWORD, name: 'Ada' });
          registered.push(email);
          const login = await auth.api.login({ email, password: PASSWORD });
          if (!('refreshToken' in login)) throw new TypeError('no session');
          await auth.api.refresh({ refreshToken: login.refreshToken });
          refreshed.add(email);
        } catch (error) {
          failures.push(Reflect.get(Object(error), 'code') ?? error);
          await sleep(20);
        }
      }
    }
    try {
      const clients = Array.from({ length: CLIENTS }, client);
      await sleep(700);
      await cluster.stop(mode);
      await sleep(400);
      await cluster.start();
      const before = registered.length;
      await sleep(1500);
      running = false;
      await Promise.all(clients);
      expect(registered.length).toBeGreaterThan(before);
      expect(failures.length).toBeGreaterThan(0);
      // Not EMAIL_TAKEN: these clients do not retry a registration whose response was lost.
      expect(new Set(failures)).toEqual(new Set(['STORE_UNAVAILABLE']));
      const counters = new Set<number | undefined>();
      for (const email of registered) {
        const user = await store.users.findByEmail(email);
        expect(user?.email).toBe(email);
        const [session] = await store.sessions.list(user?.id ?? '');
        if (refreshed.has(email)) counters.add(session?.refreshCounter);
      }
      expect([...counters]).toEqual([1]);
    } finally {
      running = false;
      await auth.close();
      await cluster.remove();
    }
  });
});
