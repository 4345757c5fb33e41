import { describe, expect, it } from 'vitest';
import type { AuthConfig } from './auth-config.js';
import { resolveConfig } from './config.js';
import { createAuth } from './create-auth.js';
import { silentLogger } from './ports/create-logger.js';
import { loginAs } from './testing/login-as.js';
import { ConfigError, ERRORS } from './errors.js';
import type { ErrorCode } from './errors.js';
import { SECRET } from './test-kit/test-app.js';
import { createMemoryStore } from './testing/memory/memory-store.js';

const store = createMemoryStore();

/** The problems that `createAuth` reports, in order. */
function faultsOf(config: object): string[] {
  try {
    createAuth({ logger: false, ...config } as AuthConfig);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const faults = error.issues.map(({ path, message }) => `${path}: ${message}`);
    // The message (for people) and the issues (for programs) must agree.
    if (!faults.every((fault) => error.message.includes(fault))) throw error;
    return faults;
  }
}

describe('the configuration of createAuth', () => {
  it.each([undefined, '', 'x'.repeat(31), [], [SECRET, 'short'], ['', SECRET], null, 7, {}])(
    'L5: it does not start with the secret %j: there is no default',
    (secret) => {
      const faults = faultsOf({ secret, store });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(/^secret[.\d]*: must be at least 32 bytes/);
    },
  );

  it.each([SECRET, 'x'.repeat(32), 'é'.repeat(16), [SECRET, 'another one, of at least 32 bytes']])(
    'L5: it starts with the secret %j',
    (secret) => {
      expect(faultsOf({ secret, store })).toEqual([]);
    },
  );

  it('L5: all problems are reported at once, without values', () => {
    const faults = faultsOf({
      secret: 'CANARY short',
      transport: 'cookie',
      trustedOrigins: ['https://app.example/path-CANARY'],
      tokens: { accessTtl: 'CANARY', issuer: '', keys: [{ alg: 'EdDSA', privateKey: 'CANARY' }] },
      session: { idleTtl: -1, maxPerUser: 0 },
      passwords: { cost: 3, minLength: 7, pepper: 'CANARY' },
      registration: { adminPassword: 'CANARY', roles: ['Not A Role CANARY'] },
      clock: 'CANARY',
      unknown: 'CANARY',
    });
    const places = faults.map((fault) => fault.split(':')[0]);
    for (const place of [
      'secret', 'store', 'trustedOrigins.0', 'tokens.accessTtl', 'tokens.issuer', 'tokens.keys.0', 'session.idleTtl',
      'session.maxPerUser', 'passwords.cost', 'passwords.minLength', 'passwords.pepper', 'registration.adminPassword',
      'registration.roles.0', 'clock', 'unknown',
    ]) {
      expect(places).toContain(place);
    }
    expect(faults.join()).not.toContain('CANARY');
  });

  it.each([undefined, null])('names the required options if the configuration is %j', (config) => {
    expect(() => createAuth(config as never)).toThrow(/^createAuth cannot start:\n {2}- secret: .*\n {2}- store: is required$/);
  });

  it.each(['x', 7, [], Promise.resolve({})])('must be an object and not %j', (config) => {
    expect(() => createAuth(config as never)).toThrow(/  - (config: must be an object|secret: )/);
  });

  it('says that await is missing if a promise was given', () => {
    const later = Promise.resolve({});
    const faults = faultsOf({ secret: SECRET, store: later, notifier: later, passwords: { hasher: later }, throttling: { limiter: later }, providers: { fake: later }, bus: later });
    expect(faults.toSorted()).toEqual(
      ['bus', 'notifier', 'passwords.hasher', 'providers.fake', 'store', 'throttling.limiter'].map((path) => `${path}: is a promise: write await before what makes it`),
    );
  });

  it('names every unknown key of every object', () => {
    const faults = faultsOf({ secret: SECRET, store, session: { ttl: 1, idle: 2 }, passwords: { rounds: 12, salt: 'x' }, url: 'x', secrets: 'x' });
    expect(faults.toSorted()).toEqual(
      ['passwords.rounds', 'passwords.salt', 'secrets', 'session.idle', 'session.ttl', 'url'].map((path) => `${path}: is not a known key`),
    );
  });

  it('names every unknown key even if other parts are switched off with false', () => {
    const faults = faultsOf({ secret: SECRET, store, passkeys: { rp: 'x', name: 'x' }, maintenance: { interval: 1, all: 2 } });
    const paths = ['maintenance.all', 'maintenance.interval', 'passkeys.name', 'passkeys.rp'];
    expect(faults.toSorted()).toEqual(paths.map((path) => `${path}: is not a known key`));
    expect(faultsOf({ secret: SECRET, store, passkeys: true, maintenance: 'off' }).toSorted()).toEqual([
      'maintenance: must be { every } or false',
      'passkeys: must be { rpId, rpName, origins } or false',
    ]);
  });

  it('takes a key of an environment variable that is not set, and says that it is missing', () => {
    const keys = [{ alg: 'EdDSA' as const, privateKey: process.env['A_VARIABLE_THAT_IS_NOT_SET'] }];
    expect(faultsOf({ secret: SECRET, store, tokens: { keys } satisfies AuthConfig['tokens'] })).toEqual([
      'tokens.keys.0.privateKey: is required, and must be a string',
    ]);
  });

  it('logs the notices of a store once', async () => {
    const told: unknown[] = [];
    const logger = { ...silentLogger, info: (message: string, fields: unknown) => void told.push([message, fields]) };
    const notices = [{ message: 'a new one was created', fields: { file: '/srv/auth.db' } }];
    const auth = createAuth({ secret: SECRET, store: { ...createMemoryStore(), notices }, logger, delivery: false, maintenance: false });
    expect(told).toEqual([['a new one was created', { file: '/srv/auth.db' }]]);
    await auth.close();
  });

  it('removes a trailing line break from a secret with a warning, and still accepts what was created with the unchanged secret', async () => {
    const before = createMemoryStore();
    const warned: unknown[] = [];
    const logger = { ...silentLogger, warn: (message: string, fields: unknown) => void warned.push([message, fields]) };
    const trimmed = createAuth({ secret: `${SECRET}\n`, store: before, logger, passwords: { pepper: `${SECRET.toUpperCase()}\r\n`, cost: 10 } });
    expect(warned).toEqual([
      ['a secret ends in a line break, which was removed', { setting: 'secret' }],
      ['a secret ends in a line break, which was removed', { setting: 'passwords.pepper' }],
    ]);
    const { accessToken } = await loginAs(trimmed);
    const same = createAuth({ secret: SECRET, store: before, logger: false, passwords: { pepper: SECRET.toUpperCase(), cost: 10 } });
    expect(await same.verifyAccessToken(accessToken)).toBeTruthy();
    expect(resolveConfig({ secret: `${SECRET}\n`, store: before }).secrets).toEqual([SECRET, `${SECRET}\n`]);
  });

  it.each([
    [{ transport: 'cookie' }, 'baseUrl'],
    [{ baseUrl: 'https://app.example/' }, 'baseUrl'],
    [{ baseUrl: 'ftp://app.example' }, 'baseUrl'],
    [{ session: { idleTtl: '31d' } }, 'session'],
    [{ passwords: { cost: 15 } }, 'passwords'],
    [{ registration: { defaultRole: 'admin' } }, 'registration'],
    [{ registration: { defaultRole: 'guest' } }, 'registration'],
    [{ session: { idleTtl: '1.5h' } }, 'session.idleTtl'],
    [{ tokens: { accessTtl: 0 } }, 'tokens.accessTtl'],
    [{ tokens: { accessTtl: Infinity } }, 'tokens.accessTtl'],
  ])('L5: %j is refused at start-up', (options, place) => {
    const faults = faultsOf({ secret: SECRET, store, ...options });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.split(':')[0]).toBe(place);
  });

  it('L5: no account is created automatically', async () => {
    const fresh = createMemoryStore();
    await createAuth({ secret: SECRET, store: fresh, logger: false }).health();
    expect(Object.values(fresh.dump()).flat()).toEqual([]);
  });
});

it('every error code keeps its status', () => {
  const statuses: Partial<Record<ErrorCode, number>> = Object.fromEntries(
    Object.entries(ERRORS).map(([code, { status }]) => [code, status]),
  );
  expect(statuses).toMatchObject({
    VALIDATION_FAILED: 400,
    MALFORMED_JSON: 400,
    WEAK_PASSWORD: 400,
    INVALID_CREDENTIALS: 401,
    UNAUTHENTICATED: 401,
    INVALID_TOKEN: 401,
    INVALID_REFRESH_TOKEN: 401,
    REFRESH_TOKEN_REUSED: 401,
    SESSION_EXPIRED: 401,
    STEP_UP_REQUIRED: 401,
    ADMIN_PASSWORD_REQUIRED: 403,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    METHOD_NOT_ALLOWED: 405,
    EMAIL_TAKEN: 409,
    USERNAME_TAKEN: 409,
    ACCOUNT_IN_USE: 409,
    LAST_ADMIN: 409,
    PAYLOAD_TOO_LARGE: 413,
    UNSUPPORTED_MEDIA_TYPE: 415,
    OVERLOADED: 503,
    STORE_UNAVAILABLE: 503,
    INTERNAL: 500,
  });
});
