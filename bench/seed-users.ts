import type { Auth, AuthStore, UserRecord } from '@sallyport/core';

const SEEDED_AT_ONCE = 2_000;

export interface SeedUsersInput {
  readonly auth: Auth;
  readonly store: AuthStore;
  readonly users: number;
  readonly password: string;
}

/** Registers `user-0@example.com`. The others are copies of it with the same password, written directly to the table. */
export async function seedUsers({ auth, store, users, password }: SeedUsersInput): Promise<UserRecord> {
  const email = 'user-0@example.com';
  await auth.api.register({ email, password, name: 'User' });
  const first = await store.users.findByEmail(email);
  if (first === null) throw new Error('the first user is missing');
  for (let from = 1; from < users; from += SEEDED_AT_ONCE) {
    await store.transaction(async (tx) => {
      const inserts: Promise<unknown>[] = [];
      for (let at = from; at < Math.min(users, from + SEEDED_AT_ONCE); at += 1) {
        inserts.push(tx.users.insert({ ...first, id: idOf(at), email: `user-${at}@example.com` }));
      }
      await Promise.all(inserts);
    });
  }
  return first;
}

/** An id in the form of a ULID, in no order, like real addresses. */
export function idOf(at: number): string {
  return `01${((at * 7_919) % 1_000_003).toString().padStart(24, '0')}`;
}
