import { describe, expect, it } from 'vitest';
import { createAuth } from '../create-auth.js';
import { leaksIn, PEOPLE, secretsOf } from '../test-kit/canaries.js';
import type { Flow } from '../test-kit/flows/flow.js';
import { beginFlow, ROUTE_SCENARIOS } from '../test-kit/flows/flows.js';
import { UPGRADED } from '../test-kit/flows/login.js';
import { FLOW_PROVIDER } from '../test-kit/flows/providers.js';
import { sender } from '../test-kit/test-app.js';
import type { Reply } from '../test-kit/test-app.js';
import { failingStore } from '../testing/failing-store.js';
import { inbox } from '../testing/inbox.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';
import { routes } from './routes.js';

/** Runs the flow in a separate process with empty caches, on a store that fails at call `failAt`. */
async function run(flow: Flow, failAt: number) {
  const { world, request } = await beginFlow(flow);
  const before = stateOf(world.store);
  const store = failingStore(world.store, failAt);
  // The notifier hangs, so that the failing calls are not those of the delivery.
  const mail = inbox();
  mail.hang();
  const asked = FLOW_PROVIDER.answers.length;
  const reply = await sender(createAuth({ ...world.config, store, notifier: mail }), world.config)(request);
  const isProviderAsked = FLOW_PROVIDER.answers.length > asked;
  return { reply, before, after: stateOf(world.store), calls: store.calls, world, request, isProviderAsked };
}

/**
 * Messages are reduced to their ids, since a delivery may be changing them. Password attempts are left out: a compared
 * password stays counted even if a later step fails. Otherwise a failing store would allow free guesses (L2).
 */
function stateOf(store: MemoryStore): Readonly<Record<string, readonly object[]>> {
  const { outbox = [], attempts: _, ...rest } = store.dump();
  return { ...rest, outbox: outbox.map((message) => ({ id: Reflect.get(message, 'id') })) };
}

/**
 * Without the upgrade of a hash, which has its own transaction and event, and may stay even if the login fails.
 */
function withoutUpgrade({ users = [], events = [], ...rest }: Readonly<Record<string, readonly object[]>>): object {
  return {
    ...rest,
    users: users.map((user) => (Reflect.get(user, 'email') === UPGRADED ? { ...user, passwordHash: 'either' } : user)),
    events: events.filter((event) => Reflect.get(event, 'type') !== 'password.rehashed'),
  };
}

/**
 * The attempt is used up only once the provider was called. Its code works once, so the same response could not succeed
 * later (X1). docs/providers.md describes what the user sees.
 */
function withoutAttempts({ oneTimeTokens = [], ...rest }: Readonly<Record<string, readonly object[]>>): Readonly<Record<string, readonly object[]>> {
  return { ...rest, oneTimeTokens: oneTimeTokens.filter((token) => Reflect.get(token, 'purpose') !== 'provider-attempt') };
}

const WITHOUT_STORE: ReadonlySet<string> = new Set(['jwks', 'openapi', 'beginPasskeyAuthentication', 'providers']);

/** The status, or the failure's code, which is in the fragment if the browser is redirected to the application's page. */
function outcomeOf({ status, body, headers }: Reply): number | string {
  const { Location: location } = headers;
  const error = typeof location === 'string' ? new URLSearchParams(new URL(location).hash.slice(1)).get('error') : null;
  return error ?? (body.success === false ? body.code : status);
}

describe('with the store failing at any single call', () => {
  it('F1, G2: every route has a flow', () => {
    const covered = new Set(Object.values(ROUTE_SCENARIOS).map(({ route }) => route));
    expect([...covered].toSorted()).toEqual(Object.keys(routes).toSorted());
  });

  it.each(Object.entries(ROUTE_SCENARIOS))('F1, G2: %s issues no token, makes no partial change and reveals nothing', async (_name, flow) => {
    const { calls: total, reply: undisturbed } = await run(flow, Infinity);
    expect(outcomeOf(undisturbed)).toBe(flow.ends);
    expect(total > 0).toBe(!WITHOUT_STORE.has(flow.route));
    for (let failAt = 1; failAt <= total; failAt += 1) {
      const { reply, before, after, world, request, isProviderAsked } = await run(flow, failAt);
      // The failed call quotes its input.
      const told = JSON.stringify([world.log, world.emitted]);
      expect([failAt, leaksIn(told, ['params', ...PEOPLE, ...secretsOf(world, request)])]).toEqual([failAt, []]);
      // Only optional steps, such as the upgrade of a hash, may fail without failing the request.
      const outcome = outcomeOf(reply);
      expect([failAt, ['STORE_UNAVAILABLE', flow.ends].includes(outcome)]).toEqual([failAt, true]);
      if (outcome !== 'STORE_UNAVAILABLE') continue;
      expect([failAt, reply.status]).toEqual([failAt, 'Location' in reply.headers ? 303 : 503]);
      expect(reply.text ?? '').not.toMatch(/"\w*Token"|"secret"|"backupCodes"|sp_[a-z]t_|eyJ/);
      expect(leaksIn(reply.text ?? '', PEOPLE)).toEqual([]);
      const relevant = isProviderAsked ? withoutAttempts : withoutUpgrade;
      expect(relevant(after)).toEqual(relevant(before));
      // Nothing was used up: the same request succeeds once the store works again.
      const again = outcomeOf(await world.send(request));
      expect([failAt, again]).toEqual([failAt, isProviderAsked ? 'INVALID_LOGIN_TOKEN' : flow.ends]);
    }
    // Long, because it creates dozens of test apps on a machine that may be busy.
  }, 60_000);

  it('F1: a login succeeds even if the upgrade of its hash fails, which is logged', async () => {
    const flow = ROUTE_SCENARIOS['login, with a hash to upgrade'];
    if (flow === undefined) throw new Error('no such flow');
    const { calls: total } = await run(flow, Infinity);
    let unnoticed = 0;
    for (let failAt = 1; failAt <= total; failAt += 1) {
      const { reply, world } = await run(flow, failAt);
      if (reply.status === 200) unnoticed += 1;
      expect(world.log.some(({ message }) => message.includes('could not be upgraded'))).toBe(reply.status === 200);
    }
    expect(unnoticed).toBeGreaterThan(0);
    expect(unnoticed).toBeLessThan(total);
  });
});
