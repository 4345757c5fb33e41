import { publicRoute, sessionRoute } from '../../http/define-route.js';
import { adminLogin } from './admin-login.js';
import { login } from './login.js';
import { nextStepOf } from './next-step.js';
import { reauthenticate } from './reauthenticate.js';
import { adminLoginInput, adminLoginOutcome, loginInput, loginOutcome, reauthenticateData, reauthenticateInput } from './schema.js';

export const loginRoutes = {
  login: publicRoute({
    method: 'POST',
    path: '/login',
    access: 'public',
    limit: 'login',
    summary: 'Log in with a password',
    status: 200,
    message: 'Login successful',
    input: loginInput,
    data: loginOutcome,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN', 'OVERLOADED'],
    handler: async (context, { request: { caller, cookies, mount }, input }) => {
      const finished = await login(context, { ...input, deviceToken: input.deviceToken ?? cookies.deviceToken, caller });
      return { data: finished.data, meta: nextStepOf(context, finished, mount) };
    },
  }),
  adminLogin: publicRoute({
    method: 'POST',
    path: '/admin-login',
    access: 'public',
    limit: 'login',
    summary: 'Log in as an administrator, with the admin password too',
    status: 201,
    message: 'Admin login successful',
    input: adminLoginInput,
    data: adminLoginOutcome,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN', 'OVERLOADED'],
    handler: async (context, { request: { caller, cookies, mount }, input }) => {
      const finished = await adminLogin(context, { ...input, deviceToken: input.deviceToken ?? cookies.deviceToken, caller });
      return { data: finished.data, meta: nextStepOf(context, finished, mount) };
    },
  }),
  reauthenticate: sessionRoute({
    method: 'POST',
    path: '/reauthenticate',
    beforeSetup: true,
    access: 'session',
    limit: 'login',
    summary: 'Prove the password again, so that the session is recent',
    status: 200,
    message: 'Reauthentication successful',
    input: reauthenticateInput,
    data: reauthenticateData,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'EMAIL_NOT_VERIFIED', 'OVERLOADED'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await reauthenticate(context, { ...input, current, caller }),
    }),
  }),
};
