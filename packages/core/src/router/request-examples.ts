import type { RouteTypes } from './routes.js';

type InputOf<Name extends keyof RouteTypes> = RouteTypes[Name] extends { readonly input: infer Input } ? Omit<Input, 'id' | 'provider'> : never;

type Examples = { readonly [Name in keyof RouteTypes]?: Readonly<Partial<InputOf<Name>>> };

const EMAIL = 'ada@example.com';
const PASSWORD = 'seven violet otters';
const NEW_PASSWORD = 'nine amber herons';
const CODE = '123456';
const BACKUP_CODE = 'A1B2-C3D4-E5F6-G7H8';
const LINK_TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0';

/**
 * A body for each route that takes one, used by `/docs`. Every example is valid as it stands, so that a request sent
 * with one click fails only because of its values.
 */
export const REQUEST_EXAMPLES: Examples = {
  register: { email: EMAIL, password: PASSWORD, name: 'Ada Lovelace' },
  updateMe: { name: 'Ada King' },
  deleteMe: { password: PASSWORD },
  login: { email: EMAIL, password: PASSWORD },
  adminLogin: { email: EMAIL, password: PASSWORD, adminPassword: 'the admin password' },
  reauthenticate: { password: PASSWORD },
  requestEmailLogin: { email: EMAIL, method: 'link' },
  verifyEmailLogin: { token: LINK_TOKEN },
  refresh: { refreshToken: 'sp_rt_from-the-login' },
  logout: {},
  requestPasswordReset: { email: EMAIL },
  resetPassword: { token: LINK_TOKEN, newPassword: NEW_PASSWORD },
  changePassword: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
  requestVerification: { email: EMAIL },
  verifyEmail: { token: LINK_TOKEN },
  changeEmail: { newEmail: 'ada.king@example.com', password: PASSWORD },
  setUpTwoFactor: { method: 'totp' },
  enableTwoFactor: { token: CODE },
  challengeTwoFactor: { method: 'totp' },
  verifyTwoFactor: { token: CODE },
  verifyBackupCode: { code: BACKUP_CODE },
  disableTwoFactor: { token: CODE, password: PASSWORD },
  deleteTwoFactor: { token: CODE, password: PASSWORD },
  renamePasskey: { name: 'Phone' },
  startProvider: { redirectTo: '/' },
  finishProviderForm: { code: 'from-the-provider', state: 'from-the-address-of-the-start' },
  exchangeProviderCode: { code: 'from-the-fragment-of-the-page' },
  inviteUser: { email: 'grace@example.com', name: 'Grace Hopper' },
  updateUser: { name: 'Grace Murray Hopper' },
  putUser: { name: 'Grace Murray Hopper' },
  removeUser: {},
};
