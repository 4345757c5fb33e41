import { ACCESS_RULES, enforceAccess } from '../../http/access.js';
import { sessionRoute } from '../../http/define-route.js';
import type { PageRoute, Route } from '../../http/define-route.js';
import { idInput, knownId } from '../../http/input.js';
import type { IdInput } from '../../http/input.js';
import { updateMe } from '../accounts/update-me.js';
import { oneUserData, toUser } from '../accounts/user.js';
import type { UserData } from '../accounts/user.js';
import { findUser } from './find-user.js';
import { listUsers } from './list-users.js';
import { listUsersInput, updateUserInput, usersData } from './schema.js';
import type { ListUsersInput, UpdateUserInput, UsersData, UsersPage } from './schema.js';
import { updateUser } from './update-user.js';

export interface UserRoutes<Profile = unknown> {
  readonly users: PageRoute<ListUsersInput, UsersData<Profile>, UsersPage>;
  readonly user: Route<IdInput, UserData<Profile>>;
  readonly updateUser: Route<UpdateUserInput, UserData<Profile>>;
  readonly putUser: Route<UpdateUserInput, UserData<Profile>>;
}

const updateRoute = {
  path: '/users/:id',
  access: 'self-or-admin',
  summary: "Change a user; other than one's own name and username for administrators only",
  status: 200,
  message: 'User updated',
  input: updateUserInput,
  profile: 'change',
  data: oneUserData,
  errors: ['FORBIDDEN', 'NOT_FOUND', 'EMAIL_TAKEN', 'USERNAME_TAKEN', 'LAST_ADMIN'],
  handler: async (deps, { context: { caller, current }, input }) => {
    const { id, email, role, disabled, ...own } = { ...input, id: knownId(input) };
    const isAdministered = [email, role, disabled].some((field) => field !== undefined);
    if (id === current.user.id && !isAdministered) return { data: await updateMe(deps, { ...own, current, caller }) };
    await enforceAccess(deps, { current, rule: ACCESS_RULES.admin, caller });
    return { data: await updateUser(deps, { ...input, current, caller }) };
  },
} as const satisfies Omit<Parameters<typeof sessionRoute<UpdateUserInput, UserData>>[0], 'method'>;

export const userRoutes: UserRoutes = {
  users: {
    ...sessionRoute({
      method: 'GET',
      path: '/users',
      access: 'admin',
      summary: 'The users, newest first, page by page',
      status: 200,
      message: 'Users',
      input: listUsersInput,
      data: usersData,
      errors: [],
      handler: async (deps, { input }) => {
        const { users, ...meta } = await listUsers(deps, input);
        return { data: { users }, meta };
      },
    }),
    pageOf: ({ nextCursor = null, total = 0 }) => ({ nextCursor, total }),
  },
  user: sessionRoute({
    method: 'GET',
    path: '/users/:id',
    access: 'self-or-admin',
    summary: 'One user',
    status: 200,
    message: 'User',
    input: idInput,
    data: oneUserData,
    errors: ['NOT_FOUND'],
    handler: async (deps, { input }) => ({ data: { user: toUser(deps, await findUser(deps, knownId(input))) } }),
  }),
  updateUser: sessionRoute({ method: 'PATCH', ...updateRoute }),
  putUser: sessionRoute({ method: 'PUT', ...updateRoute }),
};
