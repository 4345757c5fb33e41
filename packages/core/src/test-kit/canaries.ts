import type { RouteTable } from '../router/routes.js';
import { ADA, NEW_PASSWORD } from './mail-test-app.js';
import type { MailTestApp } from './mail-test-app.js';
import { ADMIN_PASSWORD, PASSWORD, SECRET, WRONG_PASSWORD } from './test-app.js';
import type { Reply } from './test-app.js';

export const PEPPER = 'the pepper of tests, 32 bytes long or more';

const TOKENS = ['accessToken', 'refreshToken', 'deviceToken'];

/** What `data` of a success holds on purpose. Nothing of it may stand anywhere else, nor in the answer of another route. */
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

/** Fields that hold a credential, wherever they are: in tables, requests, replies and messages. */
const SECRET_FIELD = /hash|salt|sealed|secret|password$|token$|^token|code$|codes$|otpauthUrl|qrCode/i;
/** Values of such fields that are none: a kind of token, the code of a failure. */
const HARMLESS = /^(?:Bearer|[A-Z_]+|[a-z-]{1,20})$/;

/** Every string in the value that stands in a field for secrets. */
export function secretsIn(value: unknown, isSecret = false): string[] {
  if (typeof value === 'string') return isSecret && value.length > 4 && !HARMLESS.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => secretsIn(item, isSecret));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => secretsIn(item, isSecret || SECRET_FIELD.test(name)));
}

/** Everything that this world knows and must not tell, with what the request and its reply hold. */
export function secretsOf({ store, mail }: MailTestApp, ...others: readonly unknown[]): string[] {
  const known = [PASSWORD, NEW_PASSWORD, WRONG_PASSWORD, ADMIN_PASSWORD, SECRET, PEPPER];
  const found = secretsIn([...Object.values(store.dump()), mail.tries.map(({ data }) => data), ...others]);
  return [...new Set([...known, ...found])];
}

/** Which of the secrets stand in the text. A code of digits alone has to stand alone: times and ids are digits too. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => (/^\d+$/.test(secret) ? new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(text) : text.includes(secret)));
}

/** A reply without what its route hands out on purpose. */
export function withoutCredentials(route: keyof RouteTable, { status, headers, body }: Reply): string {
  const allowed = status < 300 ? (HANDED_OUT[route] ?? []) : [];
  const data = Object.fromEntries(Object.entries(body.data ?? {}).filter(([name]) => !allowed.includes(name)));
  return JSON.stringify([headers, { ...body, data }]);
}

/** Who the people of the tests are: no line of a log and no failure says so. */
export const PEOPLE: readonly string[] = [ADA, '@example.com', '+14155550123'];
