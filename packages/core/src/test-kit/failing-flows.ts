import { expect } from 'vitest';
import { createAuth } from '../create-auth.js';
import type { RouteTable } from '../http/routes.js';
import type { ClientRequest } from '../testing/client.js';
import { failingStore } from '../testing/failing-store.js';
import { loginAs } from '../testing/login-as.js';
import type { LoggedIn } from '../testing/login-as.js';
import { ADMIN_PASSWORD, createWorld, sender } from './world.js';
import type { Reply, World } from './world.js';

/** A request that is made on a store that fails at one call after the other. */
export interface Flow {
  readonly route: keyof RouteTable;
  /** The request, made after whatever has to have happened before; `admin` is an administrator's session. */
  readonly prepare: (world: World, session: LoggedIn, admin: LoggedIn) => Promise<ClientRequest> | ClientRequest;
  /** What the flow ends with where nothing fails: a status or a code. */
  readonly ends: number | string;
}

export interface FlowRun {
  readonly world: World;
  readonly request: ClientRequest;
  readonly reply: Reply;
  readonly before: Dump;
  readonly after: Dump;
  /** How often the store was asked. */
  readonly calls: number;
}

type Dump = Readonly<Record<string, readonly object[]>>;

/** Whose hash is to be upgraded at login. */
export const UPGRADED = 'old@example.com';

/** Runs the flow in a process of its own that begins with empty caches, on a store that fails at call `failAt`. */
export async function runFlow({ prepare }: Flow, failAt: number): Promise<FlowRun> {
  const world = createWorld({ session: { maxPerUser: 2 } });
  const admin = await loginAs(world.auth, { email: 'admin@example.com', role: 'admin', adminPassword: ADMIN_PASSWORD });
  const request = await prepare(world, await loginAs(world.auth), admin);
  const before = world.store.dump();
  const store = failingStore(world.store, failAt);
  const send = sender(createAuth({ ...world.config, store }));
  const reply = await send(request);
  return { reply, before, after: world.store.dump(), calls: store.calls, world, request };
}

/**
 * Expects that whichever call of the flow fails, no token is issued and nothing is half done (security.md F1); says how
 * many calls there are.
 */
export async function failAtEveryCall(flow: Flow): Promise<number> {
  const { calls: total, reply: undisturbed } = await runFlow(flow, Infinity);
  expect(outcomeOf(undisturbed)).toBe(flow.ends);
  for (let failAt = 1; failAt <= total; failAt += 1) {
    const { reply, before, after, world, request } = await runFlow(flow, failAt);
    // Only what no flow depends on, such as the upgrade of a hash, may fail unnoticed.
    const outcome = outcomeOf(reply);
    expect([failAt, ['STORE_UNAVAILABLE', flow.ends].includes(outcome)]).toEqual([failAt, true]);
    if (outcome !== 'STORE_UNAVAILABLE') continue;
    expect([failAt, reply.status]).toEqual([failAt, 503]);
    expect(reply.text).not.toMatch(/"(?:access|refresh|device)Token"|sp_[rd]t_|eyJ/);
    expect(withoutUpgrade(after)).toEqual(withoutUpgrade(before));
    // Nothing was used up either: the same request succeeds once the store is back.
    expect(outcomeOf(await world.send(request))).toBe(flow.ends);
  }
  return total;
}

/** The upgrade of a hash is a whole of its own, with its own event: it may stay although the login that made it failed. */
function withoutUpgrade({ users = [], events = [], ...rest }: Dump): object {
  return {
    ...rest,
    users: users.map((user) => (Reflect.get(user, 'email') === UPGRADED ? { ...user, passwordHash: 'either' } : user)),
    events: events.filter((event) => Reflect.get(event, 'type') !== 'password.rehashed'),
  };
}

const outcomeOf = ({ status, body }: Reply): number | string => (body.success === false ? body.code : status);
