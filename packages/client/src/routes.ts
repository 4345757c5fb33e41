import type { AuthApi } from '@sallyport/core';

/** The name of every route, as in `auth.api` and as `operationId` in the OpenAPI document. */
export type RouteName = keyof AuthApi;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `!`: send no access token. An expired one must not get in the way. */
type RouteLine = `${Method}${'' | '!'} /${string}`;

/** The part of core's route table that a client needs. A missing or unknown name does not compile; a test compares the rest. */
export const ROUTES: Readonly<Record<RouteName, RouteLine>> = {
  register: 'POST! /register',
  me: 'GET /me',
  updateMe: 'PATCH /me',
  deleteMe: 'DELETE /me',
  exportMe: 'GET /me/export',
  login: 'POST! /login',
  adminLogin: 'POST! /admin-login',
  requestEmailLogin: 'POST! /login/email',
  verifyEmailLogin: 'POST! /login/email/verify',
  reauthenticate: 'POST /reauthenticate',
  refresh: 'POST! /refresh-token',
  logout: 'POST! /logout',
  logoutAll: 'POST /logout-all',
  sessions: 'GET /sessions',
  endSession: 'DELETE /sessions/:id',
  devices: 'GET /devices',
  forgetDevice: 'DELETE /devices/:id',
  requestPasswordReset: 'POST! /password/request',
  resetPassword: 'POST! /password/reset',
  changePassword: 'POST /password/change',
  requestVerification: 'POST /email/verification/request',
  verifyEmail: 'POST! /email/verify',
  changeEmail: 'POST /email/change',
  twoFactor: 'GET /2fa',
  setUpTwoFactor: 'POST /2fa/setup',
  enableTwoFactor: 'POST /2fa/enable',
  challengeTwoFactor: 'POST /2fa/challenge',
  verifyTwoFactor: 'POST /2fa/verify',
  verifyBackupCode: 'POST /2fa/verify-backup',
  regenerateBackupCodes: 'POST /2fa/backup-codes',
  disableTwoFactor: 'POST /2fa/disable',
  deleteTwoFactor: 'DELETE /2fa/disable',
  beginPasskeyRegistration: 'POST /passkeys/registration/options',
  registerPasskey: 'POST /passkeys/registration',
  passkeys: 'GET /passkeys',
  renamePasskey: 'PATCH /passkeys/:id',
  removePasskey: 'DELETE /passkeys/:id',
  beginPasskeyAuthentication: 'POST! /passkeys/authentication/options',
  authenticatePasskey: 'POST /passkeys/authentication',
  providers: 'GET! /providers',
  startProvider: 'POST /providers/:provider/start',
  finishProvider: 'GET! /providers/:provider/callback',
  finishProviderForm: 'POST! /providers/:provider/callback',
  exchangeProviderCode: 'POST! /providers/exchange',
  identities: 'GET /identities',
  removeIdentity: 'DELETE /identities/:id',
  users: 'GET /users',
  inviteUser: 'POST /users',
  user: 'GET /users/:id',
  updateUser: 'PATCH /users/:id',
  putUser: 'PUT /users/:id',
  removeUser: 'DELETE /users/:id',
  logOutUser: 'POST /users/:id/logout',
  startPasswordReset: 'POST /users/:id/password-reset',
  resetTwoFactor: 'DELETE /users/:id/2fa',
  userEvents: 'GET /users/:id/events',
  health: 'GET! /health',
  jwks: 'GET! /.well-known/jwks.json',
  openapi: 'GET! /openapi.json',
};

export interface RouteFacts {
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
}

export function routeOf(name: RouteName): RouteFacts {
  const [method = '', path = ''] = ROUTES[name].split(' ');
  return { method: method.replace('!', ''), path, isPublic: method.endsWith('!') };
}
