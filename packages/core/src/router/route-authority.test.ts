import { describe, expect, it } from 'vitest';
import { createAuth } from '../create-auth.js';
import type { AuthStore } from '../ports/store/store.js';
import type { Flow } from '../test-kit/flows/flow.js';
import { beginFlow, ROUTE_SCENARIOS } from '../test-kit/flows/flows.js';
import type { BegunFlow } from '../test-kit/flows/flows.js';
import { sender, stateOf } from '../test-kit/test-app.js';
import { inbox } from '../testing/inbox.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';

/** Events that can end a caller's authority during the request. Each takes the caller's id. */
const ENDINGS: Readonly<Record<string, (store: MemoryStore, userId: string, now: number) => Promise<unknown>>> = {
  'its sessions are revoked': (store, userId, now) => store.sessions.revokeAll(userId, now, 'logout-all'),
  'its account is disabled': async (store, userId, now) => store.users.update(userId, { disabled: true }, { at: now, keepLastOf: 'nobody' }),
  'its role changes': async (store, userId, now) => store.users.update(userId, { role: 'auditor' }, { at: now, keepLastOf: 'nobody' }),
  'its account is removed': async (store, userId) => store.users.remove(userId, 'nobody'),
};

/** Scenarios of callers with a session that change something. */
const CHANGES = Object.entries(ROUTE_SCENARIOS).filter(([, flow]) => typeof flow.ends === 'number');

/** The user whose access token the scenario sends; `null` if it sends none. */
async function callerOf({ world, request }: BegunFlow): Promise<string | null> {
  if (request.token === undefined) return null;
  return world.auth.verifyAccessToken(request.token).then(
    ({ sub }) => sub,
    () => null,
  );
}

/** The store of a process whose next transaction begins only after `before` is done. */
function beforeTransaction(store: AuthStore, before: () => Promise<unknown>): AuthStore & { readonly begun: () => boolean } {
  let begun = false;
  return {
    ...store,
    begun: () => begun,
    async transaction(work) {
      if (!begun) {
        begun = true;
        await before();
      }
      return store.transaction(work);
    },
  };
}

interface Outcome {
  readonly status: number;
  readonly wrote: boolean;
  readonly before: object;
  readonly after: object;
}

async function sendAndEnd(flow: Flow, end: (typeof ENDINGS)[string]): Promise<Outcome | null> {
  const begun = await beginFlow(flow);
  const { world, request } = begun;
  const userId = await callerOf(begun);
  if (userId === null) return null;
  let before: object = {};
  const store = beforeTransaction(world.store, async () => {
    await end(world.store, userId, world.clock.now());
    before = stateOf(world.store);
  });
  const auth = createAuth({ ...world.config, store, notifier: inbox() });
  // The cache of this process admits the caller, since it has seen the session alive.
  await auth.authenticate(`Bearer ${request.token ?? ''}`).catch(() => undefined);
  const { status } = await sender(auth, world.config)(request);
  return { status, wrote: store.begun(), before, after: stateOf(world.store) };
}

describe.each(Object.entries(ENDINGS))('if, between admission and commit, %s', (ending, end) => {
  it.each(CHANGES)('S9: %s is refused and writes nothing', async (_name, flow) => {
    const outcome = await sendAndEnd(flow, end);
    // Without a session there was no admission; a route that writes nothing has nothing to roll back.
    if (outcome === null || !outcome.wrote) return;
    expect(outcome.after).toEqual(outcome.before);
    // Even if the route allows every role, the token is void after a change of role.
    expect([ending, outcome.status]).toEqual([ending, 401]);
  });
});

describe('a body whose last byte is held back', () => {
  it('S9: is read before the final authorization', async () => {
    const flow = ROUTE_SCENARIOS['turning it on'];
    if (flow === undefined) throw new Error('no such flow');
    const { world, request } = await beginFlow(flow);
    const before = stateOf(world.store);
    const { sub } = await world.auth.verifyAccessToken(request.token ?? '');
    const reply = await world.auth.handle({
      method: request.method ?? 'GET',
      path: request.path,
      query: '',
      mount: '/auth',
      ip: '192.0.2.1',
      header: (name) => ({ authorization: `Bearer ${request.token ?? ''}`, 'content-type': 'application/json' })[name],
      // The owner logs out everywhere while the thief's request is in progress.
      async readBody() {
        await world.store.sessions.revokeAll(sub, world.clock.now(), 'logout-all');
        return { kind: 'bytes', bytes: new TextEncoder().encode(JSON.stringify(request.body ?? {})) };
      },
    });
    expect(reply.status).toBe(401);
    expect({ ...stateOf(world.store), sessions: [] }).toEqual({ ...before, sessions: [] });
  });
});
