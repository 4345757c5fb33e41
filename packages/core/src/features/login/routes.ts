import { publicRoute, sessionRoute } from '../../http/define-route.js';
import type { Route } from '../../http/define-route.js';
import { adminLogin } from './admin-login.js';
import { login } from './login.js';
import { reauthenticate } from './reauthenticate.js';
import { adminLoginData, adminLoginInput, loginData, loginInput, reauthenticateData, reauthenticateInput } from './schema.js';
import type {
  AdminLoginData,
  AdminLoginInput,
  LoginData,
  LoginInput,
  ReauthenticateData,
  ReauthenticateInput,
} from './schema.js';

export interface LoginRoutes {
  readonly login: Route<LoginInput, LoginData>;
  readonly adminLogin: Route<AdminLoginInput, AdminLoginData>;
  readonly reauthenticate: Route<ReauthenticateInput, ReauthenticateData>;
}

export const loginRoutes: LoginRoutes = {
  login: publicRoute({
    method: 'POST',
    path: '/login',
    access: 'public',
    summary: 'Log in with a password',
    status: 200,
    message: 'Login successful',
    input: loginInput,
    data: loginData,
    errors: ['INVALID_CREDENTIALS', 'OVERLOADED'],
    handler: async (deps, { context: { caller, cookies }, input }) => ({
      data: await login(deps, { ...input, deviceToken: input.deviceToken ?? cookies.deviceToken, caller }),
    }),
  }),
  adminLogin: publicRoute({
    method: 'POST',
    path: '/admin-login',
    access: 'public',
    summary: 'Log in as an administrator, with the admin password too',
    status: 201,
    message: 'Admin login successful',
    input: adminLoginInput,
    data: adminLoginData,
    errors: ['INVALID_CREDENTIALS', 'OVERLOADED'],
    handler: async (deps, { context: { caller, cookies }, input }) => ({
      data: await adminLogin(deps, { ...input, deviceToken: input.deviceToken ?? cookies.deviceToken, caller }),
    }),
  }),
  reauthenticate: sessionRoute({
    method: 'POST',
    path: '/reauthenticate',
    access: 'session',
    summary: 'Prove the password again, so that the session is recent',
    status: 200,
    message: 'Reauthentication successful',
    input: reauthenticateInput,
    data: reauthenticateData,
    errors: ['INVALID_CREDENTIALS', 'OVERLOADED'],
    handler: async (deps, { context: { caller, current }, input }) => ({
      data: await reauthenticate(deps, { ...input, current, caller }),
    }),
  }),
};
