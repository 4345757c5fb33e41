// Purges a million expired rows from a database file while requests are answered, and prints the longest delay of the event
// loop and of a request. Prints the same without a purge for comparison, because other work may run on the machine.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import { anEvent, aOneTimeToken, aSession, aUser } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';

const ROWS = 1_000_000;
const SEEDED_AT_ONCE = 5_000;
const LONG_AGO = 1_000;
const QUIET_MS = 20_000;
const AIM_MS = 10;
/** Where Linux reports how long a thread ran and waited. */
const SCHEDULE = `/proc/self/task/${process.pid}/schedstat`;
const schedule = existsSync(SCHEDULE) ? openSync(SCHEDULE, 'r') : null;
const scheduleText = Buffer.alloc(128);

const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'bench.db');
const store = await createLibsqlStore({ url: `file:${path}` });
const auth = createAuth({
  secret: randomBytes(32).toString('hex'),
  store,
  passwords: { cost: 4 },
  notifier: { channels: ['email'], send: () => Promise.resolve() },
  logger: false,
  maintenance: false,
});

await auth.api.register({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' });
const login = await auth.api.login({ email: 'ada@example.com', password: 'seven violet otters' });
const accessToken = 'accessToken' in login ? login.accessToken : '';
await seed();
console.log(`${ROWS.toLocaleString('en')} expired rows, a file of ${megabytes(path)} MB`);

print('without a purge', await watch(async () => new Promise((resolve) => setTimeout(resolve, QUIET_MS))));
const begun = performance.now();
print('while purging', await watch(() => auth.maintain()));
const seconds = (performance.now() - begun) / 1_000;
console.log(`purged in ${seconds.toFixed(0)} s, ${(ROWS / seconds).toFixed(0)} rows a second; a file of ${megabytes(path)} MB, its log ${megabytes(`${path}-wal`)} MB`);
await auth.close();

/** Inserts sessions, tokens and events, all expired long ago. */
async function seed(): Promise<void> {
  const user = aUser();
  const userId = user.id;
  await store.users.insert(user);
  for (let from = 0; from < ROWS; from += SEEDED_AT_ONCE) {
    await store.transaction(async (tx) => {
      for (let at = from; at < from + SEEDED_AT_ONCE; at += 1) {
        if (at % 5 < 2) await tx.sessions.insert(aSession({ userId, idleExpiresAt: LONG_AGO + at, expiresAt: LONG_AGO + ROWS }));
        else if (at % 5 < 4) await tx.events.append(anEvent({ userId, at: LONG_AGO + at }));
        else await tx.oneTimeTokens.insert(aOneTimeToken({ userId, expiresAt: LONG_AGO + at }));
      }
    });
  }
}

interface Stalls {
  /** The longest time between two turns of the event loop, in milliseconds, without the time that the thread waited for a processor. */
  readonly longest: number;
  /** The most processor time that the thread used between two turns, in milliseconds. */
  readonly busiest: number;
  readonly overAim: number;
  readonly turns: number;
  /** The longest duration of an authenticated request, in milliseconds. */
  readonly longestRequest: number;
  readonly requests: number;
}

/** Watches the event loop while `work` runs, and sends one request after the other. */
async function watch(work: () => Promise<unknown>): Promise<Stalls> {
  let isOver = false;
  let [longest, busiest, overAim, turns, longestRequest, requests] = [0, 0, 0, 0, 0, 0];
  let last = performance.now();
  let lastTime = threadTime();
  const turn = (): void => {
    const [now, time] = [performance.now(), threadTime()];
    const stall = now - last - (time.waitedMs - lastTime.waitedMs);
    busiest = Math.max(busiest, time.workedMs - lastTime.workedMs);
    [last, lastTime] = [now, time];
    longest = Math.max(longest, stall);
    turns += 1;
    if (stall > AIM_MS) overAim += 1;
    if (!isOver) setImmediate(turn);
  };
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const [asked, { waitedMs }] = [performance.now(), threadTime()];
      await auth.authenticate(`Bearer ${accessToken}`);
      await auth.api.sessions({}, { accessToken });
      longestRequest = Math.max(longestRequest, performance.now() - asked - (threadTime().waitedMs - waitedMs));
      requests += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  setImmediate(turn);
  const asking = ask();
  await work();
  isOver = true;
  await asking;
  return { longest, busiest, overAim, turns, longestRequest, requests };
}

/** How long the main thread has run, and how long it was ready to run but had to wait for a processor. 0 if the system does not say. */
function threadTime(): { readonly workedMs: number; readonly waitedMs: number } {
  if (schedule === null) return { workedMs: 0, waitedMs: 0 };
  // Reuse one buffer: garbage of each turn would delay later turns.
  const length = readSync(schedule, scheduleText, 0, scheduleText.length, 0);
  const [worked, waited] = scheduleText.toString('latin1', 0, length).split(' ').map(Number);
  return { workedMs: (worked ?? 0) / 1e6, waitedMs: (waited ?? 0) / 1e6 };
}

function print(what: string, { longest, busiest, overAim, turns, longestRequest, requests }: Stalls): void {
  console.log(
    `${what.padEnd(16)} longest stall ${longest.toFixed(1)} ms (aim ≤ ${AIM_MS}), ${overAim} of ${turns} turns over it, the busiest worked ${busiest.toFixed(1)} ms; longest of ${requests} requests ${longestRequest.toFixed(1)} ms`,
  );
}

function megabytes(file: string): string {
  return (statSync(file).size / 1e6).toFixed(0);
}
