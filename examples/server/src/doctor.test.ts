import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, whyNoServer } from '../../../packages/drizzle-store/src/postgres/server.test-kit.js';
import { examineSettings } from './examine-settings.js';
import type { ServerFinding } from './examine-settings.js';
import { readSettings } from './settings.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const missing = await whyNoServer();

const SECRET = randomBytes(32).toString('base64');
const SOUND = { NODE_ENV: 'production', JWT_SECRET_KEY: SECRET, EMAIL_PROVIDER: 'resend', EMAIL_SERVICE_API_KEY: 'key', EMAIL_FROM: 'a@example.com', TRUST_PROXY: '1' };

/** The exit code and the output. */
async function consult(folder: string, env: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly output: string }> {
  const doctor = startServer({ folder, env, script: 'doctor.ts' });
  const { code } = await doctor.exited;
  return { code, output: doctor.output() };
}

describe('pnpm --filter server run doctor', () => {
  it.each<readonly [ServerFinding['id'], Readonly<Record<string, string>>]>([
    ['trust-proxy-unset', { TRUST_PROXY: '' }],
    ['database-in-the-clear', { DATABASE_URL: 'http://db.example.com' }],
    ['log-debug', { LOG_LEVEL: 'debug' }],
  ])('%s: is reported in production with this setting, and not otherwise', (id, env) => {
    const found = (variables: Readonly<Record<string, string>>) => examineSettings(readSettings(variables)).map((finding) => finding.id);
    expect(found({ ...SOUND, ...env })).toEqual([id]);
    expect(found(SOUND)).toEqual([]);
    expect(found({ ...SOUND, ...env, NODE_ENV: 'development' })).toEqual([]);
  });

  it('reports problems and remedies, changes nothing, repeats no secret, and exits with 1', async () => {
    const folder = temporaryFolder();
    const secret = 'change me: CANARY, CANARY, CANARY';
    writeFileSync(join(folder, '.dev-secret'), `${secret}\n`);
    const { code, output } = await consult(folder, { ...SOUND, JWT_SECRET_KEY: secret, EMAIL_PROVIDER: 'console', PASSWORD_RESET_URL: 'http://example.com/CANARY' });
    expect(code).toBe(1);
    for (const id of ['development-secret', 'secret-guessable', 'console-notifier', 'link-without-tls', 'hash-cost-low', 'store-too-old']) {
      expect(output).toMatch(new RegExp(`^error {4}${id}\n {9}.+\n {9}→ .+$`, 'm'));
    }
    expect(output).toMatch(/^6 errors, \d warnings?$/m);
    expect(output).not.toContain('CANARY');
    const store = await createLibsqlStore({ url: `file:${join(folder, 'dev.db')}`, migrate: false });
    expect((await store.inspect?.())?.pendingMigrations).not.toEqual([]);
    await store.close();
  });

  it('reports that Redis is unreachable, for the limiter and for the bus', async () => {
    const folder = temporaryFolder();
    await (await createLibsqlStore({ url: `file:${join(folder, 'dev.db')}` })).close();
    const { code, output } = await consult(folder, { ...SOUND, PASSWORD_COST: '10', REDIS_URL: 'redis://:CANARY@127.0.0.1:1' });
    expect(code).toBe(1);
    expect(output).toMatch(/^error {4}limiter-unreachable\n/m);
    expect(output).toMatch(/^warning {2}bus-not-connected\n/m);
    expect(output).not.toContain('CANARY');
  });

  it('reports that PostgreSQL is unreachable, without repeating its password', async () => {
    const { code, output } = await consult(temporaryFolder(), { ...SOUND, PASSWORD_COST: '10', DATABASE_URL: 'postgres://app:CANARY@127.0.0.1:1/app' });
    expect(code).toBe(1);
    expect(output).toMatch(/^error {4}store-unreachable\n/m);
    expect(output).not.toContain('CANARY');
  });

  it.skipIf(missing !== null)('reports missing tables on PostgreSQL, and creates none', async () => {
    const database = await createTestDatabase();
    const { code, output } = await consult(temporaryFolder(), { ...SOUND, PASSWORD_COST: '10', DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(output).toMatch(/^error {4}store-too-old\n {9}.+0000_tables/m);
    expect(await database.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    await database.drop();
  });

  it('exits with 0 if only a warning is left', async () => {
    const folder = temporaryFolder();
    const store = await createLibsqlStore({ url: `file:${join(folder, 'dev.db')}` });
    await store.close();
    const { code, output } = await consult(folder, { ...SOUND, PASSWORD_COST: '10' });
    expect(code).toBe(0);
    expect(output).toMatch(/^warning {2}limiter-not-shared\n.+\n.+\n0 errors, 1 warning\n$/);
  });
});
