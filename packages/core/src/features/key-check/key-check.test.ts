import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../../auth-config.js';
import { createAuth } from '../../create-auth.js';
import type { Auth } from '../../auth.js';
import { createTestApp, SECRET } from '../../test-kit/test-app.js';
import type { TestApp } from '../../test-kit/test-app.js';
import { failingStore } from '../../testing/failing-store.js';
import { describeError } from '../../foundation/describe-error.js';

const OTHER = 'another secret of tests, 32 bytes long or more';
const PEPPER = 'the pepper of tests, 32 bytes long or more';
const OTHER_PEPPER = 'another pepper of tests, 32 bytes long or more';
const KEY_FINDINGS = ['secret-changed', 'pepper-changed'];

type Start = Partial<AuthConfig>;

/** Starts an application on the store and clock of another one, and waits until its key check is done. */
async function restart({ config, clock }: TestApp, options: Start): Promise<Auth> {
  const auth = createAuth({ ...config, ...options });
  await clock.advance(1_000);
  return auth;
}

const keyFindings = async (auth: Auth): Promise<string[]> =>
  (await auth.doctor()).map(({ id }) => id).filter((id) => KEY_FINDINGS.includes(id));

/** The doctor's findings after these starts with one database. */
async function findingsAfter(...starts: readonly Start[]): Promise<string[]> {
  const app = createTestApp();
  let last = app.auth;
  for (const options of starts) last = await restart(app, options);
  return keyFindings(last);
}

describe('the keys of a database', () => {
  it.each<readonly [string, readonly Start[]]>([
    ['the first start', [{}]],
    ['another start with the same', [{}, {}]],
    ['a line break behind the secret', [{}, { secret: `${SECRET}\n` }]],
    ['a rotation', [{}, { secret: [OTHER, SECRET] }, { secret: OTHER }]],
    ['a rotation that is announced first', [{}, { secret: [SECRET, OTHER] }, { secret: [OTHER, SECRET] }]],
    ['a first pepper', [{}, { passwords: { cost: 4, pepper: PEPPER } }]],
    ['another pepper before the first', [{ passwords: { cost: 4, pepper: PEPPER } }, { passwords: { cost: 4, pepper: [OTHER_PEPPER, PEPPER] } }]],
  ])('M10: are recognized after %s', async (_, starts) => {
    expect(await findingsAfter(...starts)).toEqual([]);
  });

  it.each<readonly [string, string, readonly Start[]]>([
    ['another secret', 'secret-changed', [{}, { secret: OTHER }]],
    ['the former secret alone, after a rotation', 'secret-changed', [{}, { secret: [OTHER, SECRET] }, {}]],
    ['a pepper that is missing', 'pepper-changed', [{ passwords: { cost: 4, pepper: PEPPER } }, {}]],
    ['another pepper', 'pepper-changed', [{ passwords: { cost: 4, pepper: PEPPER } }, { passwords: { cost: 4, pepper: OTHER_PEPPER } }]],
  ])('M10: are missing with %s, which the doctor reports at each start until they are back', async (_, finding, starts) => {
    const last = starts.at(-1) ?? {};
    expect(await findingsAfter(...starts)).toEqual([finding]);
    expect(await findingsAfter(...starts, last)).toEqual([finding]);
    expect(await findingsAfter(...starts, ...starts.slice(-2, -1))).toEqual([]);
  });

  it('M10: are checked at start-up, and the logged error reveals nothing about them', async () => {
    const app = createTestApp({ passwords: { pepper: PEPPER } });
    await app.clock.advance(1_000);
    expect(app.log.filter(({ level }) => level === 'error')).toEqual([]);
    await restart(app, { secret: OTHER, passwords: { cost: 4 } });
    const errors = app.log.filter(({ level }) => level === 'error');
    expect(errors.map(({ fields }) => fields['setting'])).toEqual(['secret', 'passwords.pepper']);
    expect(JSON.stringify([errors, app.store.dump()])).not.toMatch(/of tests, 32 bytes/);
  });

  it('M10: are checked again every minute until the database answers', async () => {
    const app = createTestApp();
    await app.clock.advance(1_000);
    await restart(app, { secret: OTHER, store: failingStore(app.store, 1), delivery: false });
    expect(app.log.filter(({ level }) => level === 'error')).toEqual([]);
    await app.clock.advance(60_000);
    expect(app.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('M10: of two concurrent first starts with different secrets, one reports the difference', async () => {
    const app = createTestApp({ logger: false });
    const log: string[] = [];
    const write = (message: string): void => void log.push(message);
    const logger = { error: write, warn: () => undefined, info: () => undefined, http: () => undefined, debug: () => undefined };
    const empty = createTestApp({ logger: false });
    const starts = [SECRET, OTHER].map((secret) => createAuth({ ...app.config, store: empty.store, secret, logger }));
    await app.clock.advance(1_000);
    await Promise.all(starts.map(async (auth) => auth.close().catch(describeError)));
    expect(log).toHaveLength(1);
  });
});
