/** Returns the address that a message links to. */
export type LinkTo = (token: string) => string;

/** A page of the application: an address, or a function that returns it. */
export type Page = string | ((link: { readonly token: string }) => string);

const PLACEHOLDER = '{token}';
/** Schemes that execute content, read files, or do not open a page. Any other scheme may belong to an app. */
const NO_PAGE: ReadonlySet<string> = new Set([
  'javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'filesystem:', 'about:', 'view-source:', 'ws:', 'wss:', 'ftp:', 'mailto:', 'tel:', 'sms:',
]);
const SAMPLES = ['0f'.repeat(32), 'a5'.repeat(32)] as const;

/**
 * Returns the function that makes links to a page, or `null` if it is not a page. `{token}` is replaced. Without it,
 * the token is added to the fragment, which browsers send to no server: `#token=…`, or `#/reset?token=…` for routers
 * that work by the fragment. An app's own scheme gets `?token=…`, which is what such apps read.
 */
export function linkTo(page: Page): LinkTo | null {
  const link: LinkTo = typeof page === 'function' ? (token) => page({ token }) : fill(page);
  try {
    const [one, other] = SAMPLES.map((token) => ({ token, url: link(token) }));
    const isSound = one !== undefined && other !== undefined && holds(one) && holds(other) && originOf(one.url) === originOf(other.url);
    return isSound ? link : null;
  } catch {
    return null;
  }
}

function fill(page: string): LinkTo {
  const asked = page.includes(PLACEHOLDER);
  return (token) => {
    const value = encodeURIComponent(token);
    return asked ? page.replaceAll(PLACEHOLDER, value) : `${page}${separator(page)}token=${value}`;
  };
}

function separator(page: string): string {
  const [address = '', ...fragment] = page.split('#');
  const isApp = !/^https?:/i.test(page);
  if (fragment.length === 0) return isApp ? (address.includes('?') ? '&' : '?') : '#';
  const inside = fragment.join('#');
  if (inside === '') return '';
  return inside.includes('?') ? '&' : '?';
}

function holds({ url, token }: { readonly url: unknown; readonly token: string }): boolean {
  return typeof url === 'string' && isPage(url) && url.includes(token);
}

/** Whether a message may link to it. */
export function isPage(url: string): boolean {
  // A line break or a blank would end the link in a mail.
  if (/[\s\p{Cc}]/u.test(url) || !URL.canParse(url)) return false;
  const { protocol, username, password, hostname } = new URL(url);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return !NO_PAGE.has(protocol) && username === '' && password === '' && (!isWeb || hostname !== '');
}

/** A token in the host name would be sent to every DNS resolver. */
function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
