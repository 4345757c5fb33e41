import type { Deps } from '../../deps.js';
import { pageOf, rangeOf } from '../../http/page.js';
import { foldForSearch } from '../accounts/search-text.js';
import { toUser } from '../accounts/user.js';
import type { ListUsersInput, UsersData, UsersPage } from './schema.js';

/** A page of the users that match, newest first, and how many match. An empty `search` is none. */
export async function listUsers(
  { store }: Pick<Deps, 'store'>,
  { search = '', role, status, ...page }: ListUsersInput,
): Promise<UsersData & UsersPage> {
  const filter = { role, status, search: search === '' ? undefined : foldForSearch(search) };
  const [found, total] = await Promise.all([
    store.users.list({ filter, ...rangeOf(page) }),
    store.users.count(filter),
  ]);
  const { rows, nextCursor } = pageOf(found, page);
  return { users: rows.map(toUser), nextCursor, total };
}
