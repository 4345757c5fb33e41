import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '@sallyport/core';
import { fakeClock, inbox } from '@sallyport/core/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { createLibsqlStore } from './index.js';

const MINUTE = 60_000;
/** The maximum number of messages that a worker sends at a time. */
const MAX_IN_FLIGHT = 8;

const folder = mkdtempSync(join(tmpdir(), 'sallyport-outbox-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Place {
  readonly url: string;
  readonly takenPath: string;
}

const placeOf = (name: string): Place => ({ url: `file:${join(folder, `${name}.db`)}`, takenPath: join(folder, `${name}.taken`) });

interface Application {
  readonly process: ChildProcess;
  /** The addresses whose registration was acknowledged. */
  readonly acknowledged: string[];
  readonly done: Promise<number | null>;
}

function start({ url, takenPath }: Place, { answerMs, durationMs }: { readonly answerMs: number; readonly durationMs: number }): Application {
  const child = fork(new URL('outbox.test-process.ts', import.meta.url), [url, takenPath, String(answerMs), String(durationMs)], {
    execArgv: ['--import', 'tsx', '--conditions=@sallyport/source'],
  });
  const acknowledged: string[] = [];
  child.on('message', (email) => void acknowledged.push(email as string));
  const done = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(([[code]]) => code as number | null);
  return { process: child, acknowledged, done };
}

async function killAfter({ process: child, acknowledged, done }: Application, count: number): Promise<void> {
  while (acknowledged.length < count) await sleep(5);
  child.kill('SIGKILL');
  await done;
}

interface Delivery {
  readonly id: string;
  readonly to: string;
}

/** The messages that the provider accepted. An incomplete last line was cut off by the kill and does not count. */
function takenAt({ takenPath }: Place): Delivery[] {
  const lines = existsSync(takenPath) ? readFileSync(takenPath, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => {
    const [id = '', to = ''] = line.split(' ');
    return { id, to };
  });
}

/** Starts the application again after the leases of the killed one have expired, and waits until the outbox is empty. */
async function inherit({ url }: Place): Promise<Delivery[]> {
  const store = await createLibsqlStore({ url });
  const clock = fakeClock(Date.now() + 2 * MINUTE);
  const mail = inbox();
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store,
    clock,
    notifier: mail,
    logger: false,
  });
  while ((await store.outbox.nextDue()) !== null) {
    await clock.advance(100);
    await sleep(1);
  }
  await auth.close();
  return mail.messages.map(({ id, to }) => ({ id, to }));
}

describe('the outbox on a libsql file', () => {
  it('F2: loses no message of an acknowledged change to a SIGKILL between commit and delivery', async () => {
    const place = placeOf('silent');
    const application = start(place, { answerMs: 10 * MINUTE, durationMs: 10 * MINUTE });
    await killAfter(application, 40);
    expect(takenAt(place)).toEqual([]);
    const delivered = await inherit(place);
    const addresses = new Set(delivered.map(({ to }) => to));
    expect(application.acknowledged.filter((to) => !addresses.has(to))).toEqual([]);
    expect(new Set(delivered.map(({ id }) => id)).size).toBe(delivered.length);
  });

  it('F2: loses no message to a SIGKILL during deliveries, and repeats at most those in progress, with the same id', async () => {
    const place = placeOf('busy');
    const application = start(place, { answerMs: 30, durationMs: 10 * MINUTE });
    await killAfter(application, 120);
    const before = takenAt(place);
    expect(before.length).toBeGreaterThan(0);
    const after = await inherit(place);
    const addresses = new Set([...before, ...after].map(({ to }) => to));
    expect(application.acknowledged.filter((to) => !addresses.has(to))).toEqual([]);
    const twice = after.filter(({ to }) => before.some((earlier) => earlier.to === to));
    expect(twice.length).toBeLessThanOrEqual(MAX_IN_FLIGHT);
    for (const delivery of twice) expect(before).toContainEqual(delivery);
  });

  it('sends each message once with two processes', async () => {
    const place = placeOf('two');
    const options = { answerMs: 5, durationMs: 1_500 };
    const applications = [start(place, options), start(place, options)];
    expect(await Promise.all(applications.map(async ({ done }) => done))).toEqual([0, 0]);
    const acknowledged = applications.flatMap((application) => application.acknowledged);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(takenAt(place).map(({ to }) => to).toSorted()).toEqual(acknowledged.toSorted());
  });
});
