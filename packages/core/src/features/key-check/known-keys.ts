import type { Context } from '../../context.js';
import { createKeyring, keyCheckValues } from '../../crypto/keyring.js';
import { SYSTEM_CALLER } from '../../model/caller.js';
import type { StoreMethods } from '../../ports/store/store.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';

export type KeyKind = 'secret' | 'pepper';

/** The check values of the configured secrets or peppers, newest first. */
interface ConfiguredKeys {
  readonly kind: KeyKind;
  readonly values: readonly string[];
}

/** A counter of one hit that never expires, used as a flag. */
const KNOWN = { max: 1, windowMs: null } as const;

const anyKey = (kind: KeyKind): string => `key-check:${kind}`;
const keyOf = (kind: KeyKind, value: string): string => `key-check:${kind}:${value}`;

/**
 * Finds which of secret and pepper was lost: the one that was last used with this database is no longer configured (security.md
 * M10). Changes nothing.
 */
export async function findChangedKeys(context: Context): Promise<readonly KeyKind[]> {
  const checked = await Promise.all(configuredKeys(context).map(async (keys) => ((await isChanged(context.store, keys)) ? [keys.kind] : [])));
  return checked.flat();
}

/**
 * Records the secret and pepper that this database is used with, and logs an error if it was used with others. In that case
 * nothing is recorded, so that every start logs the error until they are configured again.
 */
export async function recordKeys(context: Context): Promise<void> {
  for (const keys of configuredKeys(context)) {
    const [newest] = keys.values;
    if (newest !== undefined && (await isKnown(context.store, keys.kind, newest))) continue;
    const outcome = await withTransaction(context, { caller: SYSTEM_CALLER, work: async (tx) => record(tx, keys) });
    if (outcome === 'changed') context.logger.error(MESSAGES[keys.kind], { setting: SETTINGS[keys.kind] });
  }
}

const SETTINGS: Readonly<Record<KeyKind, string>> = { secret: 'secret', pepper: 'passwords.pepper' };

const MESSAGES: Readonly<Record<KeyKind, string>> = {
  secret: 'this database was used with another secret: what that one made, such as authenticator apps and backup codes, cannot be read',
  pepper: 'this database was used with another pepper: passwords that were set under it cannot be checked',
};

function configuredKeys({ keyring, settings: { passwords } }: Context): readonly ConfiguredKeys[] {
  const secrets: ConfiguredKeys = { kind: 'secret', values: keyCheckValues(keyring) };
  // The application's own hasher does not use peppers.
  if (passwords.hasher !== undefined) return [secrets];
  const [first, ...others] = passwords.peppers;
  return [secrets, { kind: 'pepper', values: first === undefined ? [] : keyCheckValues(createKeyring([first, ...others])) }];
}

async function record(
  { unit: { counters }, makeId, clock }: TransactionContext,
  keys: ConfiguredKeys,
): Promise<'recorded' | 'changed'> {
  const { kind, values: [newest, ...older] } = keys;
  const note = async (key: string): Promise<unknown> => counters.take({ hitId: makeId(), key, limits: [KNOWN], now: clock.now() });
  if (await isChanged({ counters }, keys)) return 'changed';
  if (newest === undefined) return 'recorded';
  await note(anyKey(kind));
  await note(keyOf(kind, newest));
  // Once the newest is in use, configuring only an older one is a change too.
  for (const value of older) await counters.clear(keyOf(kind, value));
  return 'recorded';
}

async function isChanged(store: Pick<StoreMethods, 'counters'>, { kind, values }: ConfiguredKeys): Promise<boolean> {
  for (const value of values) if (await isKnown(store, kind, value)) return false;
  return (await store.counters.count(anyKey(kind), 0)) > 0;
}

async function isKnown({ counters }: Pick<StoreMethods, 'counters'>, kind: KeyKind, value: string): Promise<boolean> {
  return (await counters.count(keyOf(kind, value), 0)) > 0;
}
