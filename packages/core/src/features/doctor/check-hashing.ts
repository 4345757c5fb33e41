import type { Context } from '../../context.js';
import { hashingThreads } from '../../services/hashing-queue.js';
import { LEAST_SAFE_COST } from '../passwords/options.js';
import { isProduction } from '../../ports/environment.js';
import type { Finding } from './finding.js';

const SYSTEM_CALLER = { ip: null, userAgent: null };
/** Nobody waits for longer without wondering, and a few who log in at once would wait for each other. */
const SLOW_MS = 1_000;

export async function checkHashing(context: Context): Promise<Finding[]> {
  return [...checkCost(context), ...checkThreads(context), ...(await checkTime(context))];
}

function checkCost({ settings: { passwords } }: Context): Finding[] {
  if (passwords.hasher !== undefined || passwords.cost >= LEAST_SAFE_COST) return [];
  return [
    {
      id: 'hash-cost-low',
      severity: 'error',
      problem: `passwords.cost is ${passwords.cost}: a stolen table of hashes is guessed through in days`,
      remedy: `Set passwords.cost to 12, and to no less than ${LEAST_SAFE_COST}; hashes are renewed as people log in`,
    },
  ];
}

function checkThreads(context: Context): Finding[] {
  const { settings, environment } = context;
  const spare = hashingThreads(environment);
  if (!isProduction(context.environment) || settings.passwords.hashConcurrency !== undefined || spare >= environment.cores) return [];
  return [
    {
      id: 'hash-threads-few',
      severity: 'warning',
      problem: `passwords are hashed on ${spare} of ${environment.cores} cores: libuv has no more threads`,
      remedy: `Set UV_THREADPOOL_SIZE=${environment.cores + 1} in the environment of the process, or passwords.hashConcurrency if that is meant`,
    },
  ];
}

async function checkTime(context: Context): Promise<Finding[]> {
  // The first one loads what it needs.
  await timeOfVerify(context);
  const ms = await timeOfVerify(context);
  if (ms === null || ms <= SLOW_MS) return [];
  return [
    {
      id: 'hash-slow',
      severity: 'warning',
      problem: `checking a password takes ${Math.round(ms)} ms on this machine: logins are slow, and a few at once wait for each other`,
      remedy: 'Set passwords.cost one lower for half of it, but not below 10; or take a faster machine',
    },
  ];
}

/** `null` where so many log in that there is no turn for it, which says nothing of the time. */
async function timeOfVerify({ hasher, clock }: Context): Promise<number | null> {
  try {
    const hash = await hasher.dummyHash();
    const begun = clock.now();
    await hasher.verify({ password: 'no password of anybody', hash, caller: SYSTEM_CALLER });
    return clock.now() - begun;
  } catch {
    return null;
  }
}
