import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthClient, returnFromProvider } from './index.js';
import { platform } from './platform.js';
import { serveAuth } from './test-kit/served-auth.js';

const RETURN_PAGE = 'http://localhost/return';

/** Sets the page's address until the test is over. */
function page(href: string): { readonly href: () => string } {
  let current = href;
  const globals = {
    location: { get href() { return current; } },
    history: { state: null, replaceState: (_state: unknown, _unused: string, url: string) => void (current = url) },
  };
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(platform, name, { value, configurable: true, writable: true });
  onTestFinished(() => {
    for (const name of Object.keys(globals)) Reflect.deleteProperty(platform, name);
  });
  return { href: () => current };
}

/** A server with a provider that always returns Ada, and a client with the cookies of one browser. */
async function scene() {
  const served = await serveAuth({
    urls: { providerReturn: RETURN_PAGE },
    providers: {
      fake: {
        name: 'Fake',
        start: async ({ state }) => `https://provider.example/?state=${state}`,
        finish: async () => ({ issuer: 'https://provider.example', subject: '1', email: 'ada@example.com', emailVerified: true, name: 'Ada' }),
      },
    },
  });
  let cookie = '';
  const credentials: (string | undefined)[] = [];
  const browser: typeof fetch = async (input, init) => {
    credentials.push(init?.credentials);
    const response = await fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), cookie }, redirect: 'manual' });
    cookie = response.headers.getSetCookie().find((line) => line.includes('_px='))?.split(';')[0] ?? cookie;
    return response;
  };
  const client = createAuthClient({ baseUrl: `${served.origin}/auth`, fetch: browser });
  onTestFinished(client.close);
  const comeBack = async (input: { readonly link?: true; readonly redirectTo?: string } = {}): Promise<string> => {
    const { url } = await client.startProvider({ provider: 'fake', ...input });
    const state = new URL(url).searchParams.get('state') ?? '';
    const back = await browser(`${served.origin}/auth/providers/fake/callback?state=${state}&code=x`);
    return back.headers.get('location') ?? '';
  };
  return { client, comeBack, credentials };
}

describe('the page at urls.providerReturn', () => {
  it('X3: logs in with the code, and removes it from its address', async () => {
    const { client, comeBack, credentials } = await scene();
    const { href } = page(await comeBack());
    expect(href()).toMatch(/#code=/);
    expect(await returnFromProvider(client)).toMatchObject({ kind: 'signed-in', isNewUser: true, redirectTo: null });
    expect(href()).toBe(RETURN_PAGE);
    expect(client.session).toMatchObject({ status: 'signed-in', user: { email: 'ada@example.com' } });
    expect(await returnFromProvider(client)).toBeNull();
    // The cookie that binds the login to the browser must be sent in bearer mode too.
    expect(credentials.slice(0, 1)).toEqual(['include']);
  });

  it('returns the page that the user wanted before the login', async () => {
    const { client, comeBack } = await scene();
    page(await comeBack({ redirectTo: '/reports?of=may' }));
    expect(await returnFromProvider(client)).toMatchObject({ kind: 'signed-in', redirectTo: '/reports?of=may' });
  });

  it('reports a linked identity, and a refusal', async () => {
    const { client, comeBack } = await scene();
    page(await comeBack());
    await returnFromProvider(client);
    page(await comeBack({ link: true }));
    expect(await returnFromProvider(client)).toEqual({ kind: 'linked', provider: 'fake' });
    const { href } = page('http://localhost/#/return?error=ACCOUNT_EXISTS');
    expect(await returnFromProvider(client)).toEqual({ kind: 'failed', code: 'ACCOUNT_EXISTS' });
    expect(href()).toBe('http://localhost/#/return');
  });
});
