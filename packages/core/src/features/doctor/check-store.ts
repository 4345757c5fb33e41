import type { Context } from '../../context.js';
import type { StoreStatus } from '../../ports/store/store.js';
import { KEEP_MESSAGES_MS } from '../maintenance/purge-expired.js';
import { wasProviderRefusing } from '../notifications/provider-refusals.js';
import { databaseAnswers } from '../system/health.js';
import { checkKeys } from './check-keys.js';
import type { Finding } from './finding.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** A refusal is recorded once an hour at most, and tried again within a quarter of an hour. */
const REFUSED_MS = 120 * MINUTE_MS;
/** Codes of authenticator apps pass half a minute early or late. */
const MAX_SKEW_MS = 30 * SECOND_MS;
/** Enough time for a worker to come back, or for its lease to expire. */
const STUCK_MS = 10 * MINUTE_MS;

export async function checkStore(context: Context): Promise<Finding[]> {
  if (!(await databaseAnswers(context))) return [UNREACHABLE];
  try {
    const condition = await checkCondition(context);
    // Without its tables the store cannot be checked further.
    if (condition.some(({ id }) => id === 'store-too-old' || id === 'store-unsupported')) return condition;
    const checks = [checkKeys, checkOutbox, checkUnverified, checkProviders];
    return [...condition, ...(await Promise.all(checks.map(async (check) => check(context)))).flat()];
  } catch {
    return [UNREACHABLE];
  }
}

const UNREACHABLE: Finding = {
  id: 'store-unreachable',
  severity: 'error',
  problem: 'the database does not answer, or answers with an error: nobody can log in',
  remedy: 'Check that it runs, that its address and credentials are correct, and what the log says',
};

async function checkCondition({ database, clock }: Context): Promise<Finding[]> {
  const begun = clock.now();
  const condition = await database.inspect?.();
  if (condition === undefined) return [];
  const ended = clock.now();
  // The store read its clock at some time between these two.
  const skewMs = Math.max(begun - condition.now, condition.now - ended);
  return [
    ...(condition.unsupported === undefined ? [] : [unsupported(condition.unsupported)]),
    ...(skewMs > MAX_SKEW_MS ? [skewed(skewMs)] : []),
    ...checkMigrations(condition),
  ];
}

function unsupported(reason: string): Finding {
  return {
    id: 'store-unsupported',
    severity: 'error',
    problem: `the store does not work with this database server: ${reason}`,
    remedy: 'Upgrade the database server, or use another one',
  };
}

function skewed(skewMs: number): Finding {
  return {
    id: 'clock-skewed',
    severity: 'error',
    problem: `the clocks of this machine and of the database are ${Math.round(skewMs / SECOND_MS)} seconds apart: codes of authenticator apps fail, and tokens and sessions end at the wrong time`,
    remedy: 'Synchronize both clocks by NTP',
  };
}

function checkMigrations({ pendingMigrations, unknownMigrations }: StoreStatus): Finding[] {
  const old: Finding = {
    id: 'store-too-old',
    severity: 'error',
    problem: `the tables of the database are older than this version: ${pendingMigrations.join(', ')} not applied`,
    remedy: 'Open the store with migrate on, which is the default: that applies them',
  };
  const young: Finding = {
    id: 'store-too-new',
    severity: 'warning',
    problem: `the database was migrated by a newer version, which this one does not know: ${unknownMigrations.join(', ')}`,
    remedy: 'Update this process to the newer version too; if you rolled it back, check its notes for compatibility',
  };
  return [...(pendingMigrations.length > 0 ? [old] : []), ...(unknownMigrations.length > 0 ? [young] : [])];
}

async function checkOutbox({ store, clock }: Context): Promise<Finding[]> {
  const now = clock.now();
  const [due, dead] = await Promise.all([store.outbox.nextDue(), store.outbox.countDead?.(now - KEEP_MESSAGES_MS) ?? 0]);
  const stuck: Finding = {
    id: 'outbox-stuck',
    severity: 'error',
    problem: `a message has been waiting to be sent for ${Math.round((now - (due ?? now)) / MINUTE_MS)} minutes: no process delivers the outbox`,
    remedy: 'Check that a process with this database and a notifier runs, and what its log says about deliveries',
  };
  const givenUp: Finding = {
    id: 'outbox-given-up',
    severity: 'warning',
    problem: `${dead} message${dead === 1 ? ' was' : 's were'} given up within seven days`,
    remedy: 'Check the reasons in events of type message.dead, and the credentials of the provider',
  };
  return [...(due !== null && now - due > STUCK_MS ? [stuck] : []), ...(dead > 0 ? [givenUp] : [])];
}

async function checkUnverified({ store, settings }: Context): Promise<Finding[]> {
  if (!settings.registration.requireVerifiedEmail) return [];
  const count = await store.users.count({ status: 'active', emailVerified: false, hasLoggedIn: true });
  if (count === 0) return [];
  return [
    {
      id: 'unverified-accounts',
      severity: 'warning',
      problem: `${count} account${count === 1 ? ' that has' : 's that have'} logged in before cannot do so now: registration.requireVerifiedEmail is on, and their address is not verified`,
      remedy: 'Tell them: the next refused login mails a link to verify the address',
    },
  ];
}

async function checkProviders(context: Context): Promise<Finding[]> {
  const since = context.clock.now() - REFUSED_MS;
  const channels = await Promise.all(
    (['email', 'sms'] as const).map(async (channel) => ((await wasProviderRefusing(context, { channel, since })) ? [channel] : [])),
  );
  return channels.flat().map((channel) => ({
    id: 'notifier-refused',
    severity: 'error',
    problem: `the provider of ${channel} refuses the sender, the key or the account, or did so within two hours: messages wait, and codes and links expire`,
    remedy: `See the code in events of type notifier.refused and the remedy in the log; put the settings of the notifier right. Waiting messages are sent within 15 minutes after`,
  }));
}
