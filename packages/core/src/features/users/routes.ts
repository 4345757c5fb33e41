import { AuthError } from '../../errors.js';
import { ACCESS_RULES, enforceAccess } from '../../http/access.js';
import { pageRoute, sessionRoute } from '../../http/define-route.js';
import { emptyData, idInput, knownId, noData } from '../../http/input.js';
import { updateMe } from '../accounts/update-me.js';
import { oneUserData, toUser, type UserData } from '../../model/user.js';
import { findUser } from './find-user.js';
import { inviteUser } from './invite-user.js';
import { listUsers } from './list-users.js';
import { logOutUser } from './log-out-user.js';
import { removeUser } from './remove-user.js';
import { resetTwoFactor } from './reset-two-factor.js';
import { inviteUserInput, listUsersInput, logOutUserData, removeUserInput, updateUserInput, usersData, type UpdateUserInput } from './schema.js';
import { startPasswordReset } from './start-password-reset.js';
import { updateUser } from './update-user.js';

const updateRoute = {
  path: '/users/:id',
  access: 'self-or-admin',
  summary: "Change a user; administrators only, but for one's own name, username and profile",
  status: 200,
  message: 'User updated',
  input: updateUserInput,
  profile: 'change',
  data: oneUserData,
  errors: ['FORBIDDEN', 'NOT_FOUND', 'STEP_UP_REQUIRED', 'EMAIL_TAKEN', 'USERNAME_TAKEN', 'LAST_ADMIN'],
  handler: async (context, { request: { caller, current }, input }) => {
    const { id, email, role, disabled, ...own } = { ...input, id: knownId(input) };
    const isAdministered = [email, role, disabled].some((field) => field !== undefined);
    const isSelf = id === current.user.id;
    if (isSelf && !isAdministered) return { data: await updateMe(context, { ...own, current, caller }) };
    await enforceAccess(context, { current, rule: ACCESS_RULES[isAdministered ? 'admin+recent' : 'admin'], caller });
    // Administrators change their own address by `POST /email/change`, which requires the password and a confirmation.
    if (isSelf && email !== undefined) throw new AuthError('FORBIDDEN');
    return { data: await updateUser(context, { ...input, current, caller }) };
  },
} as const satisfies Omit<Parameters<typeof sessionRoute<UpdateUserInput, UserData>>[0], 'method'>;

export const userRoutes = {
  users: pageRoute({
    method: 'GET',
    path: '/users',
    access: 'admin',
    summary: 'The users, newest first, page by page',
    status: 200,
    message: 'Users',
    input: listUsersInput,
    data: usersData,
    errors: [],
    handler: async (context, { input }) => {
      const { users, ...meta } = await listUsers(context, input);
      return { data: { users }, meta };
    },
    pageOf: ({ nextCursor = null, total = 0 }) => ({ nextCursor, total }),
  }),
  inviteUser: sessionRoute({
    method: 'POST',
    path: '/users',
    access: 'admin+recent',
    summary: 'Create an account and mail its owner a link to choose a password',
    status: 201,
    message: 'Invitation sent',
    input: inviteUserInput,
    profile: 'change',
    data: oneUserData,
    errors: ['FORBIDDEN', 'EMAIL_TAKEN', 'USERNAME_TAKEN'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await inviteUser(context, { ...input, current, caller }),
    }),
  }),
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
    handler: async (context, { input }) => ({ data: { user: toUser(context, await findUser(context, knownId(input))) } }),
  }),
  updateUser: sessionRoute({ method: 'PATCH', ...updateRoute }),
  putUser: sessionRoute({ method: 'PUT', ...updateRoute }),
  removeUser: sessionRoute({
    method: 'DELETE',
    path: '/users/:id',
    access: 'self-or-admin+recent',
    summary: "Remove an account with everything in it; one's own takes the password",
    status: 204,
    message: 'User removed',
    input: removeUserInput,
    data: noData,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'FORBIDDEN', 'NOT_FOUND', 'ACCOUNT_IN_USE', 'LAST_ADMIN', 'OVERLOADED'],
    handler: async (context, { request: { caller, current }, input }) => {
      await removeUser(context, { ...input, id: knownId(input), current, caller });
      return { data: undefined };
    },
  }),
  logOutUser: sessionRoute({
    method: 'POST',
    path: '/users/:id/logout',
    access: 'admin',
    summary: 'End every session of a user',
    status: 200,
    message: 'All sessions ended',
    input: idInput,
    data: logOutUserData,
    errors: ['NOT_FOUND'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await logOutUser(context, { id: knownId(input), current, caller }),
    }),
  }),
  startPasswordReset: sessionRoute({
    method: 'POST',
    path: '/users/:id/password-reset',
    access: 'admin',
    summary: 'Mail a user a link to choose a new password, or the invitation again if there is no password yet',
    status: 200,
    message: 'A mail will be sent',
    input: idInput,
    data: emptyData,
    errors: ['NOT_FOUND', 'ACCOUNT_DISABLED', 'TOO_MANY_REQUESTS'],
    handler: async (context, { request: { caller, current }, input }) => {
      await startPasswordReset(context, { id: knownId(input), current, caller });
      return { data: {} };
    },
  }),
  resetTwoFactor: sessionRoute({
    method: 'DELETE',
    path: '/users/:id/2fa',
    requires: 'twoFactor',
    access: 'admin+recent',
    summary: 'Turn two-factor off for a user who has lost the factor',
    status: 200,
    message: 'Two-factor authentication is off',
    input: idInput,
    data: oneUserData,
    errors: ['NOT_FOUND', 'TWO_FACTOR_NOT_ENABLED'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await resetTwoFactor(context, { id: knownId(input), current, caller }),
    }),
  }),
};
