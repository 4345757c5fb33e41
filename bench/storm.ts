import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.js';
import type { Child } from './child.js';
import { print, summarize } from './compare.js';
import type { Load, Measured } from './load.js';
import type { ServerAnswer, ServerQuestion } from './server.js';

const CLIENTS = 64;
const USERS = 1_000;
const PASSWORD = 'seven violet otters';
/** Cheaper than in production, so that the test is short. The effect of a hash on other requests is the same. */
const COST = 10;
/** Few enough that the server is not saturated without the logins. */
const CONNECTIONS = 4;
const ROUNDS = 7;
const ROUND_MS = 1_500;
/** The time after which all clients wait for a response. */
const LEAD_MS = 500;

const LOGIN_PATHS = { ours: '/auth/login', bare: '/bare/login' } as const;
type LoginKind = keyof typeof LOGIN_PATHS;

/**
 * Measures a guarded route while 64 clients log in without pause: through the library, and in an application that calls bcrypt in
 * its handler. The measured requests are sent by a separate process, so that sending the logins does not distort the times.
 */
export async function measureStorm(): Promise<void> {
  const server: Child<ServerQuestion, ServerAnswer> = startChild(new URL('./server.js', import.meta.url));
  const storm = startLoad();
  const probe = startLoad();
  const { port, accessToken: token } = await server.ask({ kind: 'start', users: USERS, sessions: 1, cost: COST });

  const look = (): Promise<Measured> =>
    probe.ask({ port, connections: CONNECTIONS, durationMs: ROUND_MS, what: { kind: 'get', path: '/guarded', token } });
  const lookDuring = async (loginKind: LoginKind): Promise<Measured> => {
    const what = { kind: 'login', users: USERS, apart: 1, password: PASSWORD, path: LOGIN_PATHS[loginKind] } as const;
    const over = storm.ask({ port, connections: CLIENTS, durationMs: LEAD_MS + ROUND_MS, what });
    await sleep(LEAD_MS);
    const measured = await look();
    await over;
    return measured;
  };

  const rounds: Readonly<Record<LoginKind | 'calm', Measured>>[] = [];
  await look();
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ calm: await look(), ours: await lookDuring('ours'), bare: await lookDuring('bare') });
  }
  const compared = (loginKind: LoginKind, what: 'p99Ms' | 'perSecond') =>
    summarize(rounds.map((round) => ({ ours: round[loginKind][what], bare: round.calm[what] })));
  const storms = `${CLIENTS} clients who log in`;
  print(`p99 of a requireAuth route beside ${storms} : without`, { ...compared('ours', 'p99Ms'), aim: '≤ 1.5', unit: 'ms' });
  print('  the same, where bcrypt is called without a queue', { ...compared('bare', 'p99Ms'), unit: 'ms' });
  print(`requireAuth route beside ${storms} : without`, compared('ours', 'perSecond'));
  print('  the same, where bcrypt is called without a queue', compared('bare', 'perSecond'));
  await Promise.all([server.end(), storm.end(), probe.end()]);
}

function startLoad(): Child<Load, Measured> {
  return startChild(new URL('./load.js', import.meta.url));
}
