import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createAuth } from '@sallyport/core';
import { createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/index.js';
import type { CrashMessage } from './crash.test-kit.js';

// Started by crash.test.ts: an application under load that reports every acknowledged change to its parent.
const [, , url = '', secret = ''] = process.argv;
const CLIENTS = 6;

/** Resolves when the parent can read the message, even if this process is killed right after. */
const tell = (message: CrashMessage): Promise<void> => new Promise((resolve) => process.send?.(message, () => resolve()));

await once(process, 'message');
const store = url.startsWith('postgres') ? await createPostgresStore({ url }) : await createLibsqlStore({ url, waitMs: 20_000 });
const auth = createAuth({ secret, store, passwords: { cost: 4 }, delivery: false, maintenance: false, throttling: { source: false }, logger: false });

async function client(number: number): Promise<void> {
  for (let round = number; ; round += 1) {
    const email = `${randomUUID()}@example.com`;
    let password = 'seven violet otters';
    await auth.api.register({ email, password, name: 'Ada' });
    await tell({ kind: 'password', email, password });
    const login = await auth.api.login({ email, password });
    if (!('refreshToken' in login)) throw new Error('expected a session');
    const { refreshToken } = await auth.api.refresh({ refreshToken: login.refreshToken });
    await tell({ kind: 'refreshed', session: email, refreshToken });
    if (round % 2 === 0) {
      // Until the change is acknowledged, either password may be valid.
      await tell({ kind: 'changing', email });
      const newPassword = `${password} changed`;
      const changed = await auth.api.changePassword({ currentPassword: password, newPassword }, { accessToken: login.accessToken });
      password = newPassword;
      await tell({ kind: 'password', email, password });
      if (changed.refreshToken !== undefined) await tell({ kind: 'refreshed', session: email, refreshToken: changed.refreshToken });
    } else {
      await tell({ kind: 'leaving', session: email });
      await auth.api.logout({ refreshToken });
      await tell({ kind: 'left', session: email, refreshToken });
    }
  }
}

await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
