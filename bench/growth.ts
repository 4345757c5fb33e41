// Measures how the cost of a login, a refresh, a request with a session and a page of users depends on the number of users.
import { randomBytes } from 'node:crypto';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthStore } from '@sallyport/core';
import { compare, print } from './compare.js';
import { databases } from './databases.js';
import type { OpenDatabase } from './databases.js';
import { idOf, seedUsers } from './seed-users.js';

const PASSWORD = 'seven violet otters';
const SMALL = 1_000;
const SIZES = [100_000, 1_000_000];
/** Sessions used in turn. Their users are spread over the table. */
const SESSIONS = 200;
const IN_FLIGHT = 4;
const ROUND_MS = 700;
const ROUNDS = 7;

/** One call of each kind of request, on the session or user whose turn it is. */
type Work = Readonly<Record<'login' | 'refresh' | 'a request with a session' | 'a page of users', (turn: number) => Promise<unknown>>>;

/** Prints the time at 100,000 and 1,000,000 users as a ratio of that at 1,000, for each available database. */
export async function measureGrowth(): Promise<void> {
  for (const { name, create } of databases()) {
    const small = await fill(await create(), SMALL);
    for (const users of SIZES) {
      const large = await fill(await create(), users);
      await printRatios(name, users, { small: small.work, large: large.work });
      console.log(`${name}: bytes a user at ${users.toLocaleString('en')} users`.padEnd(62), Math.round((await large.bytes()) / users));
      await large.drop();
    }
    await small.drop();
  }
}

async function printRatios(name: string, users: number, { small, large }: Readonly<Record<'small' | 'large', Work>>): Promise<void> {
  const kinds = Object.keys(small) as (keyof Work)[];
  for (const kind of kinds) {
    const compared = await compare(async () => perSecond(small[kind]), async () => perSecond(large[kind]), ROUNDS);
    print(`${name}: time of ${kind}, ${users.toLocaleString('en')} : 1,000 users`, { ...compared, aim: '≤ 1.05' });
  }
}

async function perSecond(work: (turn: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let turns = 0;
  const run = async (lane: number): Promise<void> => {
    // Each lane has its own sessions, because a refresh must wait for the previous one.
    for (let turn = lane; performance.now() - begun < ROUND_MS; turn = (turn + IN_FLIGHT) % SESSIONS) {
      await work(turn);
      turns += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, lane) => run(lane)));
  return (turns / (performance.now() - begun)) * 1_000;
}

async function fill(database: OpenDatabase, users: number): Promise<OpenDatabase & { readonly work: Work }> {
  const { store } = database;
  const auth = createAuth({
    secret: randomBytes(32).toString('hex'),
    store,
    // The cheapest hash, and no session cache, so that mostly the database work is measured.
    passwords: { cost: 4 },
    session: { stateTtl: 0 },
    throttling: { source: false },
    notifier: { channels: ['email'], send: () => Promise.resolve() },
    logger: false,
  });
  await seedUsers({ auth, store, users: 1, password: PASSWORD });
  await database.copyUsers(users);
  return {
    ...database,
    work: await workOf({ auth, store, users }),
    async drop() {
      await auth.close();
      await database.drop();
    },
  };
}

async function workOf({ auth, store, users }: { readonly auth: Auth; readonly store: AuthStore; readonly users: number }): Promise<Work> {
  const apart = users / SESSIONS;
  const login = (turn: number) => auth.api.login({ email: `user-${Math.floor(turn * apart)}@example.com`, password: PASSWORD });
  const sessions: { accessToken: string; refreshToken: string }[] = [];
  for (let turn = 0; turn < SESSIONS; turn += 1) {
    const begun = await login(turn);
    if (!('accessToken' in begun)) throw new Error('expected a session');
    sessions.push({ accessToken: begun.accessToken, refreshToken: begun.refreshToken });
  }
  const of = (turn: number) => {
    const session = sessions[turn];
    if (session === undefined) throw new RangeError(`there is no session ${turn}`);
    return session;
  };
  return {
    login,
    async refresh(turn) {
      const { accessToken, refreshToken } = await auth.api.refresh({ refreshToken: of(turn).refreshToken });
      sessions[turn] = { accessToken, refreshToken };
    },
    'a request with a session': (turn) => auth.api.me({}, { accessToken: of(turn).accessToken }),
    'a page of users': (turn) => store.users.list({ filter: {}, limit: 50, beforeId: idOf(Math.floor(turn * apart) + 51) }),
  };
}
