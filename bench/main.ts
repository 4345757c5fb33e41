// Compares the library with equivalent code without it. Prints ratios, because absolute numbers depend on the machine.
// Both sides run alternately, and the median of the rounds counts, because other work may run on the machine.
import { availableParallelism } from 'node:os';
import { startChild } from './child.js';
import type { Child } from './child.js';
import { compare, print } from './compare.js';
import { measureGrowth } from './growth.js';
import { measureListing } from './listing.js';
import type { Load, Measured } from './load.js';
import type { ServerAnswer, ServerQuestion } from './server.js';
import { measureLimiter } from './limiter.js';
import { measureColdStart } from './cold.js';
import { measureLogins } from './logins.js';
import { measureRows } from './rows.js';
import { measureStorm } from './storm.js';
import { measureTrail } from './trail.js';

const PASSWORD = 'seven violet otters';
const CONNECTIONS = 32;
const ROUND_MS = 1_000;
/** bcrypt's lowest cost, so that a login is mostly the library and the database. */
const MIN_COST = 4;
const PRODUCTION_COST = 12;

type ServerProcess = Child<ServerQuestion, ServerAnswer>;
interface Running {
  readonly server: ServerProcess;
  readonly facts: ServerAnswer;
}

async function startServer(question: Omit<ServerQuestion & { kind: 'start' }, 'kind'>): Promise<Running> {
  const server: ServerProcess = startChild(new URL('./server.js', import.meta.url));
  return { server, facts: await server.ask({ kind: 'start', ...question }) };
}

async function rateOf({ facts }: Running, rest: Omit<Load, 'port'>): Promise<number> {
  return (await load.ask({ port: facts.port, ...rest })).perSecond;
}

async function measureGuardAndRefresh(running: Running): Promise<void> {
  const { accessToken: token, port, refreshTokens } = { ...running.facts };
  const get = (path: string) => () =>
    rateOf(running, { connections: CONNECTIONS, durationMs: ROUND_MS, what: { kind: 'get', path, token } });
  print('requireAuth route : the same route without it', { ...(await compare(get('/guarded'), get('/plain'))), aim: '≥ 0.92' });

  let tokens = refreshTokens;
  const refresh = async (): Promise<number> => {
    const measured = await load.ask({ port, connections: CONNECTIONS, durationMs: ROUND_MS, what: { kind: 'refresh', tokens } });
    ({ tokens } = measured);
    return measured.perSecond;
  };
  print('refresh : plain Express route', { ...(await compare(refresh, get('/plain'))), aim: '≥ 0.267, as 2,000 : 7,500' });
}

async function measureLogin(running: Running): Promise<void> {
  const cores = availableParallelism();
  const requests = 8 * cores;
  // Twice the cores, so that a hash is always waiting and the cost of a login in addition to its hash is measured.
  const login = () => rateOf(running, { connections: 2 * cores, requests, what: { kind: 'login', users: 1, apart: 1, password: PASSWORD } });
  const bare = async (): Promise<number> => (await running.server.ask({ kind: 'verify', times: requests })).perSecond;
  print(`login : bare bcrypt verify, cost ${PRODUCTION_COST}`, { ...(await compare(login, bare)), aim: '≥ 0.97' });
}

const ALONE: Readonly<Record<string, () => Promise<void>>> = { storm: measureStorm, logins: measureLogins, cold: measureColdStart, listing: measureListing, limiter: measureLimiter, growth: measureGrowth, rows: measureRows, trail: measureTrail };
const [, , asked = ''] = process.argv;
if (ALONE[asked] !== undefined) {
  await ALONE[asked]();
  process.exit();
}
const load: Child<Load, Measured> = startChild(new URL('./load.js', import.meta.url));
const running = await startServer({ users: 1_000, sessions: CONNECTIONS, cost: MIN_COST });
await measureGuardAndRefresh(running);
await running.server.end();
const production = await startServer({ users: 1, sessions: 0, cost: PRODUCTION_COST });
await measureLogin(production);
await production.server.end();
await measureLogins();
await measureStorm();
await measureColdStart();
await measureLimiter();
await measureListing();
await measureGrowth();
await measureRows();
await load.end();
