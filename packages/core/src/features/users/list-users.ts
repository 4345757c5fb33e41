import type { Context } from '../../context.js';
import { pageOf, rangeOf } from '../../http/page.js';
import { foldForSearch } from '../accounts/search-text.js';
import { toUser } from '../../model/user.js';
import type { ListUsersInput, UsersData, UsersPage } from './schema.js';

/** A page of the matching users, newest first, and how many match. An empty `search` matches all. */
export async function listUsers(
  context: Context,
  { search = '', role, status, ...page }: ListUsersInput,
): Promise<UsersData & UsersPage> {
  const filter = { role, status, search: search === '' ? undefined : foldForSearch(search) };
  const [found, total] = await Promise.all([
    context.store.users.list({ filter, ...rangeOf(page) }),
    context.store.users.count(filter),
  ]);
  const { rows, nextCursor } = pageOf(found, page);
  return { users: rows.map((user) => toUser(context, user)), nextCursor, total };
}
