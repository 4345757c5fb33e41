import * as v from 'valibot';
import { publicRoute, sessionRoute, streamRoute } from '../../http/define-route.js';
import { noData, noInput } from '../../http/input.js';
import { authBlock, sessionAuth } from '../../model/auth-block.js';
import { sessionData, toSession } from '../../model/session.js';
import { deleteMe } from './delete-me.js';
import { exportMe } from './export-me.js';
import { exportData, exportLists } from './export-schema.js';
import { register } from './register.js';
import { deleteMeInput, registerInput, updateMeInput } from './schema.js';
import { updateMe } from './update-me.js';
import { oneUserData, toUser, userData } from '../../model/user.js';

export const accountRoutes = {
  register: publicRoute({
    method: 'POST',
    path: '/register',
    access: 'public',
    limit: 'register',
    summary: 'Make an account',
    status: 201,
    message: 'Registration successful',
    input: registerInput,
    profile: 'new',
    data: v.strictObject({ user: v.optional(userData), auth: authBlock }),
    errors: ['FORBIDDEN', 'ADMIN_PASSWORD_REQUIRED', 'TOO_MANY_REQUESTS', 'WEAK_PASSWORD', 'EMAIL_TAKEN', 'USERNAME_TAKEN', 'OVERLOADED'],
    handler: async (context, { request: { caller }, input }) => ({
      data: await register(context, { ...input, caller }),
      meta: { status: true },
    }),
  }),
  me: sessionRoute({
    method: 'GET',
    path: '/me',
    access: 'session',
    summary: 'Who is logged in',
    status: 200,
    message: 'Current user',
    input: noInput,
    data: v.strictObject({ user: userData, hasPassword: v.boolean(), session: sessionData, auth: authBlock }),
    errors: [],
    handler: (context, { request: { current } }) =>
      Promise.resolve({
        data: {
          user: toUser(context, current.user),
          hasPassword: current.user.passwordHash !== null,
          session: toSession(current.session, current.session.id),
          auth: sessionAuth(context, current),
        },
      }),
  }),
  updateMe: sessionRoute({
    method: 'PATCH',
    path: '/me',
    access: 'session',
    summary: "Change one's own name, username or profile",
    status: 200,
    message: 'Account updated',
    input: updateMeInput,
    profile: 'change',
    data: oneUserData,
    errors: ['USERNAME_TAKEN'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await updateMe(context, { ...input, current, caller }),
    }),
  }),
  deleteMe: sessionRoute({
    method: 'DELETE',
    path: '/me',
    access: 'session+recent',
    limit: 'login',
    summary: "Remove one's own account with everything in it",
    status: 204,
    message: 'Account removed',
    input: deleteMeInput,
    data: noData,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'FORBIDDEN', 'ACCOUNT_IN_USE', 'LAST_ADMIN', 'OVERLOADED'],
    handler: async (context, { request: { caller, current }, input }) => {
      await deleteMe(context, { ...input, current, caller });
      return { data: undefined };
    },
  }),
  exportMe: streamRoute({
    method: 'GET',
    path: '/me/export',
    access: 'session+recent',
    summary: 'Everything that is held about the person',
    status: 200,
    message: 'Export of your data',
    input: noInput,
    data: exportData,
    lists: exportLists,
    errors: [],
    handler: async (context, { request: { caller, current } }) => exportMe(context, { current, caller }),
  }),
};
