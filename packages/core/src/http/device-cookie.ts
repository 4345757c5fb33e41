/** Separates tokens. No token contains it. */
const SEPARATOR = '.';
/** People who share a browser have separate devices; above this number the oldest is dropped. */
const MAX_TOKENS = 5;

/** The device tokens in a cookie or in the field `deviceToken`. */
export function splitDeviceTokens(value: string): readonly string[] {
  return value.split(SEPARATOR, MAX_TOKENS);
}

/** The cookie with this token first, followed by those of the browser's other users. */
export function addDeviceToken(cookie: string | undefined, token: string): string {
  const others = cookie === undefined ? [] : splitDeviceTokens(cookie).filter((other) => isToken(other) && other !== token);
  return [token, ...others].slice(0, MAX_TOKENS).join(SEPARATOR);
}

/** Input of the client is echoed in a header, so only characters of a token are allowed. */
function isToken(text: string): boolean {
  return /^sp_dt_[\w-]{1,200}$/.test(text);
}
