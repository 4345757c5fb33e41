import type { Context } from '../../context.js';
import { hashingThreads } from '../../services/hashing-limits.js';
import { MIN_SAFE_COST } from '../passwords/options.js';
import { isProduction } from '../../ports/environment.js';
import { AuthError } from '../../errors.js';
import { describeError } from '../../foundation/describe-error.js';
import { BcryptUnavailableError } from '../passwords/load-bcrypt.js';
import type { Finding } from './finding.js';

const SYSTEM_CALLER = { ip: null, userAgent: null };
/** Longer than this, users notice, and concurrent logins queue up. */
const SLOW_MS = 1_000;
const TEST_PASSWORD = 'no password of anybody';

export async function checkHashing(context: Context): Promise<Finding[]> {
  return [...checkCost(context), ...checkThreads(context), ...(await checkTime(context))];
}

function checkCost({ settings: { passwords } }: Context): Finding[] {
  if (passwords.hasher !== undefined || passwords.cost >= MIN_SAFE_COST) return [];
  return [
    {
      id: 'hash-cost-low',
      severity: 'error',
      problem: `passwords.cost is ${passwords.cost}: stolen hashes can be cracked within days`,
      remedy: `Set passwords.cost to 12, and to no less than ${MIN_SAFE_COST}; hashes are upgraded at the next login`,
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
      remedy: `Set UV_THREADPOOL_SIZE=${environment.cores + 1} in the environment of the process, or set passwords.hashConcurrency if this is intended`,
    },
  ];
}

/** Creates a hash, as a registration does, and verifies one, as a login does. */
async function checkTime(context: Context): Promise<Finding[]> {
  try {
    await context.hasher.hash({ password: TEST_PASSWORD, caller: SYSTEM_CALLER });
    const ms = await timeOfVerify(context);
    return ms <= SLOW_MS ? [] : [slow(ms)];
  } catch (error) {
    // The queue is full of logins, which says nothing about the hasher.
    if (error instanceof AuthError && error.code === 'OVERLOADED') return [];
    return [failed(error)];
  }
}

async function timeOfVerify({ hasher, clock }: Context): Promise<number> {
  const hash = await hasher.dummyHash();
  const begun = clock.now();
  await hasher.verify({ password: TEST_PASSWORD, hash, caller: SYSTEM_CALLER });
  return clock.now() - begun;
}

function slow(ms: number): Finding {
  return {
    id: 'hash-slow',
    severity: 'warning',
    problem: `checking a password takes ${Math.round(ms)} ms on this machine: logins are slow, and concurrent logins wait for each other`,
    remedy: 'Lower passwords.cost by one to halve the time, but not below 10; or use a faster machine',
  };
}

function failed(error: unknown): Finding {
  const { code, error: name } = describeError(error);
  return {
    id: 'hash-failed',
    severity: 'error',
    problem: `passwords cannot be hashed on this machine (${String(code ?? name)}): nobody can register or log in`,
    remedy: error instanceof BcryptUnavailableError ? error.remedy : 'See what passwords.hasher throws when hash and verify are called',
  };
}
