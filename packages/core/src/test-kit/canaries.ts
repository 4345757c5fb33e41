import type { RouteTable } from '../router/routes.js';
import { ADA, NEW_PASSWORD } from './mail-test-app.js';
import type { MailTestApp } from './mail-test-app.js';
import { ADMIN_PASSWORD, PASSWORD, SECRET, WRONG_PASSWORD } from './test-app.js';
import type { Reply } from './test-app.js';

export const PEPPER = 'the pepper of tests, 32 bytes long or more';

const TOKENS = ['accessToken', 'refreshToken', 'deviceToken'];

/**
 * Credentials that `data` of a success contains on purpose. They must not appear anywhere else or in the response of
 * another route.
 */
const HANDED_OUT: Partial<Record<keyof RouteTable, readonly string[]>> = {
  login: [...TOKENS, 'challengeToken'],
  adminLogin: [...TOKENS, 'challengeToken'],
  requestEmailLogin: ['loginToken'],
  verifyEmailLogin: [...TOKENS, 'challengeToken'],
  refresh: TOKENS,
  reauthenticate: ['accessToken'],
  exchangeProviderCode: [...TOKENS, 'challengeToken'],
  resetPassword: ['deviceToken'],
  changePassword: ['accessToken', 'refreshToken'],
  setUpTwoFactor: ['secret', 'otpauthUrl', 'qrCode'],
  enableTwoFactor: ['accessToken', 'backupCodes'],
  verifyTwoFactor: TOKENS,
  verifyBackupCode: TOKENS,
  regenerateBackupCodes: ['backupCodes'],
  beginPasskeyRegistration: ['registrationToken'],
  beginPasskeyAuthentication: ['authenticationToken'],
  authenticatePasskey: TOKENS,
};

/** Fields that contain a credential, in tables, requests, replies and messages. */
const SECRET_FIELD = /hash|salt|sealed|secret|password$|token$|^token|code$|codes$|otpauthUrl|qrCode/i;
/** Values of such fields that are not credentials: a kind of token, the code of a failure. */
const HARMLESS = /^(?:Bearer|[A-Z_]+|[a-z-]{1,20})$/;

/** Every string in the value that is in a field for secrets. */
export function secretsIn(value: unknown, isSecret = false): string[] {
  if (typeof value === 'string') return isSecret && value.length > 4 && !HARMLESS.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => secretsIn(item, isSecret));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => secretsIn(item, isSecret || SECRET_FIELD.test(name)));
}

/** Every secret of this test app, and of the request and its reply. */
export function secretsOf({ store, mail }: MailTestApp, ...others: readonly unknown[]): string[] {
  const known = [PASSWORD, NEW_PASSWORD, WRONG_PASSWORD, ADMIN_PASSWORD, SECRET, PEPPER];
  const found = secretsIn([...Object.values(store.dump()), mail.tries.map(({ data }) => data), ...others]);
  return [...new Set([...known, ...found])];
}

/** The secrets that appear in the text. A code of digits counts only as a whole number, since times and ids contain digits too. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => (/^\d+$/.test(secret) ? new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(text) : text.includes(secret)));
}

/** A reply without the credentials that its route returns on purpose. */
export function withoutCredentials(route: keyof RouteTable, { status, headers, body }: Reply): string {
  const allowed = status < 300 ? (HANDED_OUT[route] ?? []) : [];
  const data = Object.fromEntries(Object.entries(body.data ?? {}).filter(([name]) => !allowed.includes(name)));
  return JSON.stringify([headers, { ...body, data }]);
}

/** Personal data of the test users, which must not appear in a log line or a failure. */
export const PEOPLE: readonly string[] = [ADA, '@example.com', '+14155550123'];
