// Makes the process a page of a browser, as far as the client goes: an address, relative URLs and cookies. Its origin serves the library
// at `/auth`, where somebody has an account, and a route of the application for whoever is logged in.
import { createAuth } from '@sallyport/core';
import { createMemoryStore } from '@sallyport/core/testing';

const ORIGIN = 'https://app.example';
const auth = createAuth({
  secret: process.env['AUTH_SECRET'],
  store: createMemoryStore(),
  transport: 'cookie',
  baseUrl: ORIGIN,
  passwords: { cost: 4 },
  logger: false,
});
await auth.api.register({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' });
const jar = new Map<string, string>();

class PageRequest extends Request {
  constructor(input: string | URL | Request, init?: RequestInit) {
    super(typeof input === 'string' ? new URL(input, ORIGIN) : input, init);
  }
}

async function answer(request: Request): Promise<Response> {
  if (new URL(request.url).pathname.startsWith('/auth/')) return auth.fetch(request, { ip: '192.0.2.1' });
  const outcome = await auth.guard(request, { ip: '192.0.2.1' });
  return outcome.kind === 'refused' ? outcome.response : new Response('a report');
}

async function fetchAsPage(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new PageRequest(input, init);
  const headers = new Headers(request.headers);
  headers.set('origin', ORIGIN);
  headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
  const response = await answer(new Request(request, { headers }));
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    jar.set(name, value);
  }
  return response;
}

Object.assign(globalThis, { Request: PageRequest, fetch: fetchAsPage, location: new URL(ORIGIN) });
