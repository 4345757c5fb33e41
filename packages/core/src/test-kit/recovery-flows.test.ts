import { describe, expect, it } from 'vitest';
import { createAuth } from '../create-auth.js';
import type { Auth } from '../create-auth.js';
import { failingStore } from '../testing/failing-store.js';
import { inbox } from '../testing/inbox.js';
import { ADA, createAdaWorld, NEW_PASSWORD } from './mail-world.js';
import type { AdaWorld } from './mail-world.js';
import { PASSWORD, sender, stateOf } from './world.js';
import type { Reply } from './world.js';

interface Flow {
  readonly name: string;
  /** What has to be there; its result is what the request is made with. */
  readonly prepare?: (world: AdaWorld) => Promise<string>;
  readonly path: string;
  readonly body: (token: string) => object;
  readonly withSession?: boolean;
  /** Of the reply that succeeds. */
  readonly status: number;
}

const FLOWS: readonly Flow[] = [
  { name: 'a registration', path: '/register', body: () => ({ email: 'bob@example.com', password: PASSWORD, name: 'Bob' }), status: 201 },
  { name: 'a request for a reset', path: '/password/request', body: () => ({ email: ADA }), status: 200 },
  { name: 'a request for a reset of nobody', path: '/password/request', body: () => ({ email: 'nobody@example.com' }), status: 200 },
  {
    name: 'a reset',
    async prepare({ post, tokenOf }) {
      await post('/password/request', { email: ADA });
      return tokenOf('password-reset');
    },
    path: '/password/reset',
    body: (token) => ({ token, newPassword: NEW_PASSWORD }),
    status: 200,
  },
  {
    name: 'a change of password',
    path: '/password/change',
    body: () => ({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    withSession: true,
    status: 200,
  },
  {
    name: 'a request for a verification',
    async prepare({ clock }) {
      clock.set(clock.now() + 60_000);
      return '';
    },
    path: '/email/verification/request',
    body: () => ({ email: ADA }),
    status: 200,
  },
  { name: 'a verification', prepare: ({ tokenOf }) => tokenOf('email-verification'), path: '/email/verify', body: (token) => ({ token }), status: 200 },
  {
    name: 'a request for a change of address',
    path: '/email/change',
    body: () => ({ newEmail: 'new@example.com', password: PASSWORD }),
    withSession: true,
    status: 200,
  },
  {
    name: 'a change of address',
    async prepare({ post, tokenOf, ada }) {
      await post('/email/change', { newEmail: 'new@example.com', password: PASSWORD }, ada.accessToken);
      return tokenOf('email-change');
    },
    path: '/email/verify',
    body: (token) => ({ token }),
    status: 200,
  },
  { name: 'a login from a new device', path: '/login', body: () => ({ email: ADA, password: PASSWORD }), status: 200 },
];

/** The state but for the outbox, which a delivery may be busy with. */
const kept = ({ store }: AdaWorld): object => ({ ...stateOf(store), outbox: [] });

const perform = (auth: Auth, { path, body, withSession }: Flow, token: string, world: AdaWorld): Promise<Reply> =>
  sender(auth)({ method: 'POST', path, body: body(token), token: withSession === true ? world.ada.accessToken : undefined });

describe.each(FLOWS)('$name', (flow) => {
  it('F1: with the store failing at any call, nothing is half done and no token is issued', async () => {
    let failAt = 0;
    for (let isDone = false; !isDone; ) {
      failAt += 1;
      const world = await createAdaWorld();
      const token = (await flow.prepare?.(world)) ?? '';
      await world.mail.settled();
      const before = kept(world);
      const store = failingStore(world.store, failAt);
      const { notifier: _, ...config } = world.config;
      // A notifier that hangs: the delivery must not be what the call that fails is counted in.
      const mail = inbox();
      mail.hang();
      const reply = await perform(createAuth({ ...config, store, notifier: mail }), flow, token, world);
      isDone = reply.status === flow.status;
      if (isDone) break;
      expect([failAt, reply.status, reply.body.code]).toEqual([failAt, 503, 'STORE_UNAVAILABLE']);
      expect(reply.text).not.toMatch(/accessToken|refreshToken/);
      expect(kept(world)).toEqual(before);
    }
    expect(failAt).toBeGreaterThan(3);
  });

  it('G2: no password, token or hash stands in a log line, an event or the tables', async () => {
    const world = await createAdaWorld();
    const token = (await flow.prepare?.(world)) ?? '';
    const reply = await perform(world.auth, flow, token, world);
    expect(reply.status).toBe(flow.status);
    await world.mail.settled();
    const secrets = [PASSWORD, NEW_PASSWORD, ...world.mail.messages.flatMap(({ data }) => data.token ?? [])];
    const hashes = (world.store.dump()['users'] ?? []).map((user) => String(Reflect.get(user, 'passwordHash')));
    const seen = JSON.stringify([world.log, world.emitted, reply.text]);
    for (const secret of [...secrets, ...hashes]) expect(seen).not.toContain(secret);
    const tables = JSON.stringify(world.store.dump());
    for (const secret of secrets) expect(tables).not.toContain(secret);
  });
});
