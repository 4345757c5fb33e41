import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { ADA, createAdaWorld } from '../../test-kit/mail-world.js';
import type { AdaWorld } from '../../test-kit/mail-world.js';
import { PASSWORD, sender, stateOf } from '../../test-kit/world.js';
import type { Reply } from '../../test-kit/world.js';
import type { ClientRequest } from '../../testing/client.js';
import { failingStore } from '../../testing/failing-store.js';
import { inbox } from '../../testing/inbox.js';
import { totp } from '../../testing/totp.js';

const STEP_MS = 30_000;
const PHONE = '+14155550123';

interface Flow {
  readonly name: string;
  /** Makes the request, after whatever has to have happened before. */
  readonly prepare: (world: AdaWorld) => Promise<ClientRequest>;
  readonly ends: number | string;
}

const post = (path: string, body: object, token?: string): ClientRequest => ({ method: 'POST', path, body, token });

async function setUp({ post: send, ada }: AdaWorld): Promise<string> {
  return (await send('/2fa/setup', {}, ada.accessToken)).body.data.secret;
}

interface Factor {
  readonly secret: string;
  readonly backupCodes: readonly string[];
  readonly code: () => string;
}

async function enable(world: AdaWorld): Promise<Factor> {
  const { clock, ada } = world;
  const secret = await setUp(world);
  const { body } = await world.post('/2fa/enable', { token: totp(secret, clock) }, ada.accessToken);
  clock.set(clock.now() + STEP_MS);
  return { secret, backupCodes: body.data.backupCodes, code: () => totp(secret, clock) };
}

async function challenge({ post: send }: AdaWorld): Promise<string> {
  return (await send('/login', { email: ADA, password: PASSWORD })).body.data.challengeToken;
}

const FLOWS: readonly Flow[] = [
  { name: 'a set-up', prepare: async ({ ada }) => Promise.resolve(post('/2fa/setup', {}, ada.accessToken)), ends: 200 },
  {
    name: 'a set-up by SMS',
    prepare: async ({ ada }) => Promise.resolve(post('/2fa/setup', { method: 'sms', phone: PHONE }, ada.accessToken)),
    ends: 200,
  },
  {
    name: 'turning it on',
    prepare: async (world) => post('/2fa/enable', { token: totp(await setUp(world), world.clock) }, world.ada.accessToken),
    ends: 200,
  },
  {
    name: 'turning it on by SMS',
    async prepare({ post: send, ada, mail }) {
      await send('/2fa/setup', { method: 'sms', phone: PHONE }, ada.accessToken);
      return post('/2fa/enable', { token: (await mail.next('two-factor-code')).data.code }, ada.accessToken);
    },
    ends: 200,
  },
  {
    name: 'a login that is challenged',
    async prepare(world) {
      await enable(world);
      return post('/login', { email: ADA, password: PASSWORD });
    },
    ends: 200,
  },
  {
    name: 'a second factor',
    async prepare(world) {
      const { code } = await enable(world);
      return post('/2fa/verify', { token: code(), challengeToken: await challenge(world), trustDevice: true });
    },
    ends: 200,
  },
  {
    name: 'a wrong second factor',
    async prepare(world) {
      await enable(world);
      return post('/2fa/verify', { token: '000000', challengeToken: await challenge(world) });
    },
    ends: 'INVALID_TWO_FACTOR_CODE',
  },
  {
    name: 'a backup code',
    async prepare(world) {
      const { backupCodes } = await enable(world);
      return post('/2fa/verify-backup', { code: backupCodes[0], challengeToken: await challenge(world) });
    },
    ends: 200,
  },
  {
    name: 'a step-up',
    async prepare(world) {
      const { code } = await enable(world);
      return post('/2fa/verify', { token: code() }, world.ada.accessToken);
    },
    ends: 200,
  },
  {
    name: 'having a code sent',
    async prepare(world) {
      const { post: send, ada, mail, clock } = world;
      await send('/2fa/setup', { method: 'email' }, ada.accessToken);
      await send('/2fa/enable', { token: (await mail.next('two-factor-code')).data.code }, ada.accessToken);
      clock.set(clock.now() + 60_000);
      return post('/2fa/challenge', { method: 'email' }, ada.accessToken);
    },
    ends: 200,
  },
  {
    name: 'new backup codes',
    async prepare(world) {
      const { code } = await enable(world);
      const { accessToken } = (await world.post('/2fa/verify', { token: code() }, world.ada.accessToken)).body.data;
      return post('/2fa/backup-codes', {}, accessToken);
    },
    ends: 200,
  },
  {
    name: 'turning it off',
    async prepare(world) {
      const { code } = await enable(world);
      return post('/2fa/disable', { token: code(), password: PASSWORD }, world.ada.accessToken);
    },
    ends: 200,
  },
  {
    name: 'turning it off by DELETE',
    async prepare(world) {
      const { backupCodes } = await enable(world);
      return { ...post('/2fa/disable', { token: backupCodes[0] }, world.ada.accessToken), method: 'DELETE' };
    },
    ends: 200,
  },
];

/** The state but for the outbox, which a delivery may be busy with. */
const kept = ({ store }: AdaWorld): object => ({ ...stateOf(store), outbox: [] });
const outcomeOf = ({ status, body }: Reply): number | string => (status < 400 ? status : body.code);

describe.each(FLOWS)('$name', ({ prepare, ends }) => {
  it('F1: with the store failing at any call, nothing is half done and no token is issued', async () => {
    let survived = 0;
    for (let isDone = false; !isDone; survived += 1) {
      const world = await createAdaWorld();
      const request = await prepare(world);
      await world.mail.settled();
      const before = kept(world);
      const mail = inbox();
      // It hangs, so that the delivery's own calls are not the ones that fail.
      mail.hang();
      const store = failingStore(world.store, survived + 1);
      const reply = await sender(createAuth({ ...world.config, store, notifier: mail }))(request);
      isDone = outcomeOf(reply) === ends;
      if (isDone) break;
      expect([survived, outcomeOf(reply)]).toEqual([survived, 'STORE_UNAVAILABLE']);
      expect(reply.text).not.toMatch(/Token"|secret"|backupCodes"/);
      expect(kept(world)).toEqual(before);
    }
    expect(survived).toBeGreaterThan(3);
  });

  it('G1, G2: leaves an event, and no code, secret or token in events, logs or tables', async () => {
    const world = await createAdaWorld();
    const request = await prepare(world);
    const eventsBefore = world.emitted.length;
    const reply = await sender(world.auth)(request);
    expect(outcomeOf(reply)).toBe(ends);
    await world.mail.settled();
    expect(world.emitted.length).toBeGreaterThan(eventsBefore);
    const { data = {} } = reply.body as { readonly data?: Partial<Reply['body']['data']> };
    const sent = world.mail.messages.flatMap((message) => message.data.code ?? []);
    const secrets = [
      PASSWORD,
      data.secret,
      data.challengeToken,
      data.accessToken,
      data.refreshToken,
      data.deviceToken,
      ...(data.backupCodes ?? []).flatMap((code) => [code, code.replaceAll('-', '')]),
    ].filter((secret) => secret !== undefined);
    const told = JSON.stringify([world.log, world.emitted]);
    const tables = JSON.stringify(world.store.dump());
    for (const secret of [...secrets, ...sent.map((code) => `"${code}"`)]) {
      expect(told).not.toContain(secret);
      expect(tables).not.toContain(secret);
    }
  });
});
