import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
// Imports files that are not published.
import { createTestDatabase, whyNoServer } from '../../../packages/drizzle-store/src/postgres/server.test-kit.js';
import { redisUrl } from '../../../packages/redis/src/test-kit/real-redis.js';
import { Cluster } from './test-kit/cluster.js';
import { noResults, runClient } from './test-kit/cluster-client.js';
import type { Results } from './test-kit/cluster-client.js';
import { temporaryFolder } from './test-kit/running-server.js';
import { spread } from './test-kit/spread.js';

const SERVERS = 3;
const CLIENTS = 48;
const PASSWORD = 'seven violet otters';

const whyNot = await whyNoServer();
if (whyNot !== null) process.stderr.write(`\n${whyNot}: the test of several servers is skipped (CI runs it)\n`);

/** Three servers that start concurrently on an empty database. */
async function startCluster(env: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const database = await createTestDatabase();
  onTestFinished(database.drop, 60_000);
  const cluster = new Cluster(temporaryFolder(), { DATABASE_URL: database.url, REDIS_URL: redisUrl ?? '', ...env });
  await cluster.start(SERVERS);
  return cluster;
}

/** Acknowledged results that the servers no longer confirm. */
async function brokenPromises(cluster: Cluster, { passwords, withSecondFactor, ended, kept }: Results): Promise<string[]> {
  const broken: string[] = [];
  let address = 0;
  const ip = (): string => `172.16.${(address += 1) >> 8}.${address & 255}`;
  await spread({ items: passwords, atOnce: 8 }, async ([email, password]) => {
    const { status, body } = await cluster.call('POST /login', { ip: ip(), body: { email, password } });
    const isRight = withSecondFactor.has(email) ? body.data?.challengeToken !== undefined : body.data?.accessToken !== undefined;
    if (status !== 200 || !isRight) broken.push(`${email}: ${status} ${body.code}`);
  });
  const show = async (token: string, expected: number): Promise<void> => {
    for (let at = 0; at < cluster.size; at += 1) {
      const { status } = await cluster.call('GET /me', { ip: ip(), token, at });
      if (status !== expected) broken.push(`a session that ${expected === 200 ? 'is live' : 'was ended'}: ${status}`);
    }
  };
  await spread({ items: ended, atOnce: 8 }, (token) => show(token, 401));
  await spread({ items: kept, atOnce: 8 }, (token) => show(token, 200));
  return broken;
}

describe.runIf(whyNot === null && redisUrl !== null)('three servers on one PostgreSQL and one Redis', () => {
  it('F2, S3, M1, M5, R1: keep every promise to 48 clients while one server is killed and restarted', async () => {
    const cluster = await startCluster();
    const results = noResults();
    const until = performance.now() + 9_000;
    const clients = Array.from({ length: CLIENTS }, (_, id) => runClient({ cluster, results, id, until }));
    while (results.lives < 12) await sleep(20);
    await cluster.kill(1);
    await sleep(1_000);
    await cluster.restart(1);
    await Promise.all(clients);
    expect(results.faults).toEqual([]);
    expect(cluster.refused).toBeGreaterThan(0);
    expect(Math.min(results.ended.length, results.kept.length, results.withSecondFactor.size, results.contests)).toBeGreaterThan(0);
    expect(await brokenPromises(cluster, results)).toEqual([]);
    expect(cluster.faults()).toBe('');
  }, 90_000);

  it('L3, S6: limit a source in total, and end a session in all of them within 100 ms', async () => {
    const cluster = await startCluster();
    const begun = performance.now();
    let passed = 0;
    // Few concurrent requests, so that a busy machine answers within the limiter's timeout of 100 ms.
    await spread({ items: Array.from({ length: 60 }, (_, n) => `nobody-${n}@example.com`), atOnce: 3 }, async (email) => {
      const { status } = await cluster.call('POST /login', { ip: '203.0.113.9', body: { email, password: PASSWORD } });
      if (status === 401) passed += 1;
    });
    // One more request is allowed every two seconds.
    expect(passed).toBeGreaterThanOrEqual(30);
    expect(passed).toBeLessThanOrEqual(31 + (performance.now() - begun) / 2_000);

    const account = { email: 'ada@example.com', password: PASSWORD };
    await cluster.call('POST /register', { ip: '198.51.100.1', body: { ...account, name: 'Ada' } });
    const slowest: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const ip = `198.51.100.${round + 2}`;
      const { accessToken: token } = (await cluster.call('POST /login', { ip, body: account })).body.data;
      const statuses = async (): Promise<number[]> =>
        Promise.all(Array.from({ length: SERVERS }, async (_, at) => (await cluster.call('GET /me', { ip, token, at })).status));
      expect(await statuses()).toEqual([200, 200, 200]);
      expect((await cluster.call('POST /logout', { ip, token, at: round % SERVERS })).status).toBe(200);
      const ended = performance.now();
      let asked = ended;
      // Until the first round in which all servers answer 401.
      while ((await statuses()).some((status) => status !== 401) && asked - ended < 1_000) asked = performance.now();
      slowest.push(asked - ended);
    }
    expect(Math.max(...slowest)).toBeLessThan(100);
  }, 60_000);
});
