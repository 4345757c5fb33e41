/** Makes the address that a message links to. */
export type LinkTo = (token: string) => string;

/** A page of the application: an address, or a function that makes it. */
export type Page = string | ((link: { readonly token: string }) => string);

const PLACEHOLDER = '{token}';
/** Schemes that run what they hold, read files, or open no page. Every other one may be an app's own. */
const NO_PAGE: ReadonlySet<string> = new Set([
  'javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'filesystem:', 'about:', 'view-source:', 'ws:', 'wss:', 'ftp:', 'mailto:', 'tel:', 'sms:',
]);
const SAMPLES = ['0f'.repeat(32), 'a5'.repeat(32)] as const;

/**
 * How links to a page are made, or `null` where it is no page. `{token}` is replaced. Without one, the token goes into the
 * fragment, which browsers send to no server: `#token=…`, or behind what is there, `#/reset?token=…`, as routers that work by
 * the fragment read it. The address of an app of its own scheme gets `?token=…`, which is what such apps read.
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

/** A token in the name of the host would be told to every resolver. */
function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
