// Purges a million expired rows out of a database file while requests are answered, and prints how long the event loop, and
// with it a request, was held up at most: beside the same time without a purge, since other work may be going on.
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
/** Where Linux tells how long a thread worked and waited. */
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

/** Sessions, tokens and events, all long over. */
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
  /** From one turn of the event loop to the next, in milliseconds, as long as nobody else had its processor. */
  readonly longest: number;
  /** Of these, what the loop's own thread worked in the busiest of them. */
  readonly busiest: number;
  readonly overAim: number;
  readonly turns: number;
  /** Of an authenticated request, everything included. */
  readonly longestRequest: number;
  readonly requests: number;
}

/** Watches the event loop while `work` goes on, and sends one request after the other meanwhile. */
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

/** Of the main thread: how long it has worked, and how long it was ready to and others of this machine did. 0 where nobody tells. */
function threadTime(): { readonly workedMs: number; readonly waitedMs: number } {
  if (schedule === null) return { workedMs: 0, waitedMs: 0 };
  // Into one buffer: what is read at every turn must not be garbage that the next turns have to clear away.
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
