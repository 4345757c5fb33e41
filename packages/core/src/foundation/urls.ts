/** Whether the URL is http, so that anyone on the network path can read and change what is sent. */
export function isPlainHttp(url: string): boolean {
  return url.startsWith('http:');
}

/** Whether the host of the URL is this machine: `localhost`, a name below it, or a loopback address. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** Whether the text is an origin such as `https://example.com`, in the form in which browsers send it. */
export function isOrigin(text: string): boolean {
  return originOf(text) === text;
}

/** Whether the text is an http or https URL without query, fragment, credentials and closing slash. */
export function isBaseUrl(text: string): boolean {
  const origin = originOf(text);
  if (origin === null) return false;
  const { pathname } = new URL(text);
  return text === origin || (text === origin + pathname && !pathname.endsWith('/'));
}

function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) ? origin : null;
}
