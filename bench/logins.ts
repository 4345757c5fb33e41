import { startChild } from './child.js';
import type { Child } from './child.js';
import { compare, print } from './compare.js';
import type { Load, Measured, What } from './load.js';
import type { PeerAnswer, PeerQuestion } from './peer.js';
import type { ServerAnswer, ServerQuestion } from './server.js';

const PASSWORD = 'seven violet otters';
const USERS = 1_000;
const ROUND_MS = 1_500;
const ROUNDS = 5;
/** bcrypt's lowest cost, so that mostly the rest of a login is measured. */
const MIN_COST = 4;
const STORM_COST = 10;
/** More than the queue accepts at that cost on one core. */
const IMPATIENT = 256;
const SESSIONS = 32;
const IN_FLIGHT = 16;

const startServer = (): Child<ServerQuestion, ServerAnswer> => startChild(new URL('./server.js', import.meta.url));
const login = { kind: 'login', users: USERS, apart: 1, password: PASSWORD } as const;
const bareLogin: What = { ...login, path: '/bare/login' };

/** The cost of a login besides its hash, the cost of a refusal, and a refresh compared with a hand-written one. */
export async function measureLogins(): Promise<void> {
  const load: Child<Load, Measured> = startChild(new URL('./load.js', import.meta.url));
  const rate = (port: number, connections: number, what: What) => async () => (await load.ask({ port, connections, durationMs: ROUND_MS, what })).perSecond;

  const cheap = startServer();
  const { port } = await cheap.ask({ kind: 'start', users: USERS, sessions: 0, cost: MIN_COST });
  const bare = rate(port, 8, bareLogin);
  print('login from a new device : bcrypt alone, cost 4', { ...(await compare(rate(port, 8, login), bare, ROUNDS)), aim: '≥ 0.70' });
  print('login from a known device : bcrypt alone, cost 4', { ...(await compare(rate(port, 8, { ...login, hasDevice: true }), bare, ROUNDS)), aim: '≥ 0.80' });
  await cheap.end();

  const busy = startServer();
  const refusing = await busy.ask({ kind: 'start', users: 1, sessions: 0, cost: MIN_COST, refusesLogins: true });
  const refused = await rate(refusing.port, 32, { ...login, users: 1, status: 503 })();
  console.log(`${'a login that the hashing line has no room for'.padEnd(62)} ${(1e6 / refused).toFixed(0)} µs, HTTP included (aim ≤ 200)`);
  await busy.end();

  const stormy = startServer();
  const storm = await stormy.ask({ kind: 'start', users: USERS, sessions: 0, cost: STORM_COST });
  const impatient = rate(storm.port, IMPATIENT, { ...login, status: 'any' });
  const unbounded = rate(storm.port, IMPATIENT, bareLogin);
  print(`logins of ${IMPATIENT} clients that try again at once : bcrypt alone`, { ...(await compare(impatient, unbounded, 1)), aim: '≥ 0.85' });
  await stormy.end();

  await measureRefresh(load);
  await load.end();
}

async function measureRefresh(load: Child<Load, Measured>): Promise<void> {
  const server = startServer();
  const peer: Child<PeerQuestion, PeerAnswer> = startChild(new URL('./peer.js', import.meta.url));
  const chain = ({ port, refreshTokens }: PeerAnswer) => {
    let tokens = refreshTokens;
    return async (): Promise<number> => {
      const measured = await load.ask({ port, connections: IN_FLIGHT, durationMs: ROUND_MS, what: { kind: 'refresh', tokens } });
      ({ tokens } = measured);
      return measured.perSecond;
    };
  };
  const ours = chain(await server.ask({ kind: 'start', users: SESSIONS, sessions: SESSIONS, cost: MIN_COST }));
  const theirs = chain(await peer.ask({ sessions: SESSIONS }));
  print('refresh : written by hand and tuned', { ...(await compare(ours, theirs, ROUNDS)), aim: '≥ 0.80' });
  await Promise.all([server.end(), peer.end()]);
}
