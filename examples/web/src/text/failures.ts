import { AuthClientError, AuthConnectionError } from '@sallyport/client';

/** A failure as it is shown. */
export interface Failure {
  readonly message: string;
  /** Error messages by field name. */
  readonly fields: Readonly<Record<string, string>>;
  /** The earliest time at which a retry makes sense, as `Date.now()`. */
  readonly retryAt: number | undefined;
}

const MESSAGES: Partial<Record<AuthClientError['code'], string>> = {
  INVALID_CREDENTIALS: 'That email address or username and password do not belong together.',
  EMAIL_TAKEN: 'There is an account with this email address already.',
  USERNAME_TAKEN: 'This username is taken. Choose another one.',
  EMAIL_NOT_VERIFIED: 'Confirm your email address first: we sent you a link.',
  INVALID_TWO_FACTOR_CODE: 'That code is wrong, was already used or has expired. Enter the current one.',
  INVALID_PASSKEY: 'This passkey does not belong to this account, or took too long. Try again, or log in another way.',
  LAST_CREDENTIAL: 'This is the only way to log in to your account. Add another one before you remove it.',
  INVALID_LOGIN_TOKEN: 'That code is wrong, was already used or has expired.',
  PROVIDER_DENIED: 'The login was cancelled, or the provider refused it. You can try again.',
  PROVIDER_FAILED: 'The provider does not answer correctly. Try again later, or log in another way.',
  ACCOUNT_EXISTS: 'There is an account with your email address already. Log in to it another way first, then link the provider on the Security page.',
  IDENTITY_TAKEN: 'This external account is linked to another account, or your account has too many links.',
  STEP_UP_REQUIRED: 'Your login is too long ago for this. Log out, log in again and try once more.',
  INVALID_RESET_TOKEN: 'This link was already used or has expired.',
  INVALID_VERIFICATION_TOKEN: 'This link was already used or has expired.',
  TWO_FACTOR_NOT_PENDING: 'The set-up has expired. Start it again.',
  TWO_FACTOR_ALREADY_ENABLED: 'This second factor is already on.',
  TOO_MANY_REQUESTS: 'Too many attempts. You can try again in a moment.',
  FORBIDDEN: 'You are not allowed to do this.',
  ACCOUNT_IN_USE: 'Other data still belongs to this account. Remove that first.',
  LAST_ADMIN: 'The last administrator cannot be removed, disabled or demoted.',
  ACCOUNT_DISABLED: 'This account is disabled.',
  NOT_FOUND: 'This no longer exists.',
  WEAK_PASSWORD: 'Choose another password.',
  VALIDATION_FAILED: 'Look at the marked fields again.',
  OVERLOADED: 'The server is very busy. Try again in a moment.',
  STORE_UNAVAILABLE: 'The server cannot reach its database. Nothing was changed; try again in a moment.',
  INTERNAL: 'Something went wrong on the server. Nothing is lost; try again.',
};

const CODE_FIELDS: Partial<Record<AuthClientError['code'], string>> = {
  INVALID_TWO_FACTOR_CODE: 'token',
  INVALID_LOGIN_TOKEN: 'token',
  EMAIL_TAKEN: 'email',
  USERNAME_TAKEN: 'username',
};

const HAS_PASSKEY = 'This device already has a passkey for your account.';

/** Messages for codes that have another meaning at the end of a login with an external provider. */
const PROVIDER_MESSAGES: typeof MESSAGES = {
  INVALID_LOGIN_TOKEN: 'This login took too long, was already used or was started in another browser. Start it again.',
  EMAIL_NOT_VERIFIED: 'Your email address is not confirmed. If we sent you a link, open it first; otherwise confirm the address at the provider.',
  FORBIDDEN: 'This account may not log in here, or new accounts are not allowed.',
};

/** Why a login or a link with an external provider failed, in words. */
export function providerFailure(code: AuthClientError['code']): string {
  return PROVIDER_MESSAGES[code] ?? MESSAGES[code] ?? 'The login with the provider failed. Try again, or log in another way.';
}

const NO_ANSWER = 'The server does not answer. Check your connection and try again.';

/** The user closed a dialog. Not a failure, so nothing is shown. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** What to show for anything that was thrown; `null` for nothing. */
export function failureOf(error: unknown, now: number = Date.now()): Failure | null {
  if (error instanceof Cancelled || isCancelled(error)) return null;
  if (isNamed(error, 'InvalidStateError')) return { message: HAS_PASSKEY, fields: {}, retryAt: undefined };
  if (error instanceof AuthConnectionError) return { message: NO_ANSWER, fields: {}, retryAt: undefined };
  if (!(error instanceof AuthClientError)) return { message: 'Something went wrong on this page. Reload it and try again.', fields: {}, retryAt: undefined };
  const { code, issues = [], retryAfter } = error;
  const message = MESSAGES[code] ?? `${error.message}.`;
  const field = CODE_FIELDS[code];
  if (field !== undefined) return { message: '', fields: { [field]: message }, retryAt: undefined };
  const fields = Object.fromEntries(issues.map((issue) => [issue.path, sentence(issue.message)]));
  return { message, fields, retryAt: retryAfter === undefined ? undefined : now + retryAfter * 1_000 };
}

/** The user closed the browser's passkey dialog, or the page has started another request. */
function isCancelled(error: unknown): boolean {
  return isNamed(error, 'NotAllowedError') || isNamed(error, 'AbortError');
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

/** `is too long` becomes `This is too long.` */
function sentence(message: string): string {
  const text = /^(is|has|must|holds|should|was|needs)\b/.test(message) ? `This ${message}` : message.charAt(0).toUpperCase() + message.slice(1);
  return text.endsWith('.') ? text : `${text}.`;
}
