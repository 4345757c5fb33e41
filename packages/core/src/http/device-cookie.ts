/** Stands between tokens, and in none of them. */
const SEPARATOR = '.';
/** People who share a browser keep their devices apart; more than these push the oldest out. */
const MAX_TOKENS = 5;

/** The device tokens that a cookie, or the field `deviceToken`, holds. */
export function splitDeviceTokens(value: string): readonly string[] {
  return value.split(SEPARATOR, MAX_TOKENS);
}

/** The cookie with this token first, beside those of the browser's other users. */
export function addDeviceToken(cookie: string | undefined, token: string): string {
  const others = cookie === undefined ? [] : splitDeviceTokens(cookie).filter((other) => isToken(other) && other !== token);
  return [token, ...others].slice(0, MAX_TOKENS).join(SEPARATOR);
}

/** What a client sent goes back in a header: nothing but what a token is made of. */
function isToken(text: string): boolean {
  return /^sp_dt_[\w-]{1,200}$/.test(text);
}
