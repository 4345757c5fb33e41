import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMIN } from '../../test-kit/admin-test-app.js';
import { createTestApp } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';
import { aUser } from '../../testing/builders.js';
import { loginAs } from '../../testing/login-as.js';
import type { UserRecord } from '../../ports/store/users.js';

interface Directory extends TestApp {
  readonly users: readonly UserRecord[];
  readonly token: string;
  readonly list: (query?: string) => Promise<Reply>;
}

/** Creates this many users in addition to the administrator, the oldest first. */
async function directory(count: number, fields: (n: number) => Partial<UserRecord> = () => ({})): Promise<Directory> {
  const world = createTestApp();
  const users = Array.from({ length: count }, (_, n) => aUser(fields(n)));
  for (const user of users) await world.store.users.insert(user);
  const { accessToken: token } = await loginAs(world.auth, ADMIN);
  return { ...world, users, token, list: (query = '') => world.send({ path: '/users', query, token }) };
}

const namesOf = ({ body }: Reply): string[] => body.data.users.map(({ name }) => name).toSorted();

describe('GET /users', () => {
  it('returns 50 users unless asked for fewer, with a cursor and the total', async () => {
    const { list, users, auth, token } = await directory(120);
    const first = await list('search=lovelace&role=user');
    expect([first.status, first.body.data.users.length, first.body.meta.total]).toEqual([200, 50, 120]);
    const pages = [first];
    for (let next = first.body.meta.nextCursor; typeof next === 'string'; next = pages.at(-1)?.body.meta.nextCursor) {
      pages.push(await list(`search=lovelace&role=user&cursor=${next}`));
    }
    expect(pages.map(({ body }) => body.data.users.length)).toEqual([50, 50, 20]);
    expect(pages.at(-1)?.body.meta.nextCursor).toBeNull();
    const walked = pages.flatMap(({ body }) => body.data.users.map(({ id }) => id));
    expect(walked).toEqual(users.map(({ id }) => id).toReversed());
    // The same without HTTP.
    const page = await auth.api.users({ limit: 60, role: 'user' }, { accessToken: token });
    expect([page.users.length, page.total]).toEqual([60, 120]);
    const rest = await auth.api.users({ role: 'user', limit: 100, cursor: page.nextCursor ?? '' }, { accessToken: token });
    expect([rest.users.length, rest.nextCursor]).toEqual([60, null]);
  });

  it('has no next page if the last user is the last one of a full page', async () => {
    const { list } = await directory(2);
    const { body } = await list('limit=2&role=user');
    expect([body.data.users.length, body.meta.nextCursor, body.meta.total]).toEqual([2, null, 2]);
  });

  it('filters by status and role, and searches parts of email, username and name in any case', async () => {
    const { list } = await directory(5, (n) =>
      [
        { name: 'Zoë Ångström', username: 'z.angstrom' },
        { name: 'ΟΔΥΣΣΕΥΣ', disabledAt: 1 },
        { name: 'Straße 100%', passwordHash: null },
        { name: 'Erin', role: 'editor', email: 'first.last@example.net' },
        { name: 'Zed' },
      ][n] ?? {},
    );
    const found: Readonly<Record<string, readonly string[]>> = {
      'search=ZO%C3%8B': ['Zoë Ångström'],
      'search=zoe%CC%88 a%CC%8Angs': ['Zoë Ångström'],
      'search=Z.ANG': ['Zoë Ångström'],
      'search=οδυσσευς': ['ΟΔΥΣΣΕΥΣ'],
      'search=STRASSE': ['Straße 100%'],
      'search=0%25': ['Straße 100%'],
      'search=%25': ['Straße 100%'],
      'search=_': [],
      'search=Last@EXAMPLE.net': ['Erin'],
      'search=%20%E2%80%AALast@EXAMPLE.net%E2%80%8B%C2%A0': ['Erin'],
      'search=': ['Ada Lovelace', 'Erin', 'Straße 100%', 'Zed', 'Zoë Ångström', 'ΟΔΥΣΣΕΥΣ'],
      'status=disabled': ['ΟΔΥΣΣΕΥΣ'],
      'status=invited': ['Straße 100%'],
      'status=active&role=user': ['Zed', 'Zoë Ångström'],
      'role=editor': ['Erin'],
      'role=nobody': [],
      'status=active&role=editor&search=e': ['Erin'],
    };
    for (const [query, names] of Object.entries(found)) {
      const reply = await list(query);
      expect([query, namesOf(reply)]).toEqual([query, names]);
      expect([query, reply.body.meta.total]).toEqual([query, names.length]);
    }
  });

  it('never shows a hash, a secret or a token', async () => {
    const { list } = await directory(1);
    const { body, text } = await list();
    expect(Object.keys(body.data.users[0] ?? {}).toSorted()).toEqual(
      ['createdAt', 'disabled', 'email', 'emailVerified', 'id', 'lastLoginAt', 'name', 'role', 'twoFactorEnabled', 'updatedAt', 'username'],
    );
    expect(text).not.toMatch(/hash|\$2b\$/i);
  });

  it('Z2: refuses an invalid limit, cursor or filter', async () => {
    const { list } = await directory(3);
    const id = '01JGFJJZ00ZZZZZZZZZZZZZZZZ';
    const cursor = Buffer.from(id).toString('base64url');
    expect((await list(`cursor=${cursor}`)).status).toBe(200);
    const bad = [
      'limit=0', 'limit=101', 'limit=-1', 'limit=1.5', 'limit=1e1', 'limit=', 'limit=x', 'limit=%201', 'limit=1&limit=2',
      'cursor=', `cursor=${id}`, `cursor=${cursor}=`, `cursor=${cursor}A`, `cursor=${cursor.toLowerCase()}`, 'cursor=%00',
      `cursor=${Buffer.from(`${id}' OR 1=1`).toString('base64url')}`, `cursor=${Buffer.from(id.toLowerCase()).toString('base64url')}`,
      'status=gone', 'status=', `role=${'r'.repeat(33)}`, `search=${'s'.repeat(201)}`, 'search=%00', 'search=a%0Ab', 'page=2',
    ];
    for (const query of bad) {
      const { status, body } = await list(query);
      expect([query, status, body.code]).toEqual([query, 400, 'VALIDATION_FAILED']);
      expect(body.meta.issues?.map(({ path }) => path)).toEqual([query.split('=')[0]]);
    }
  });

  it('shows every user who exists throughout exactly once, despite changes between pages', async () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('come' as const) }),
      fc.record({ kind: fc.constantFrom('go' as const, 'rename' as const), which: fc.nat(39) }),
    );
    const changes = fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: 1, max: 9 }), async (rounds, limit) => {
        const { list, users, store } = await directory(40);
        const gone = new Set<string>();
        const seen: string[] = [];
        let cursor: string | null | undefined;
        for (let round = 0; cursor !== null; round += 1) {
          const { body } = await list(`limit=${limit}&search=example.com${cursor === undefined ? '' : `&cursor=${cursor}`}`);
          seen.push(...body.data.users.map(({ id }) => id));
          cursor = body.meta.nextCursor ?? null;
          for (const one of rounds[round] ?? []) {
            const id = one.kind === 'come' ? '' : (users[one.which]?.id ?? '');
            if (one.kind === 'come') await store.users.insert(aUser());
            if (one.kind === 'rename') await store.users.update(id, { name: 'B' }, { at: 1, keepLastOf: 'admin' });
            if (one.kind === 'go' && (await store.users.remove(id, 'admin')) === 'removed') gone.add(id);
          }
        }
        expect(new Set(seen).size).toBe(seen.length);
        const stayed = users.map(({ id }) => id).filter((id) => !gone.has(id));
        expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed.toReversed());
      }),
      { numRuns: 40 },
    );
  });
});
