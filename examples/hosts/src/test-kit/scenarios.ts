import type { Answer, Question, Talk } from './talk.js';

export const PASSWORD = 'seven violet otters';
const ACCOUNT = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };

/** The `Origin` of a trusted page. */
export const TRUSTED = 'https://app.example.com';

/** Sends requests and returns the responses in order, each under a name. */
export type Scenario = (talk: Talk, mount?: string) => Promise<ReadonlyMap<string, Answer>>;

function recorder(talk: Talk): { readonly answers: Map<string, Answer>; readonly ask: (what: string, question: Question) => Promise<Answer> } {
  const answers = new Map<string, Answer>();
  const ask = async (what: string, question: Question): Promise<Answer> => {
    const answer = await talk(question);
    answers.set(what, answer);
    return answer;
  };
  return { answers, ask };
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const tokensOf = ({ body }: Answer): Tokens => (JSON.parse(body) as { readonly data: Tokens }).data;
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const post = (path: string, body?: Question['body'], headers: Record<string, string> = {}): Question => ({
  method: 'POST',
  path,
  headers,
  ...(body !== undefined && { body }),
});

/** A session with bearer tokens, and invalid requests of every kind. */
export const bearerScenario: Scenario = async (talk, mount = '/auth') => {
  const { answers, ask } = recorder(talk);
  const json = { 'content-type': 'application/json' };
  await ask('register', post(`${mount}/register`, ACCOUNT));
  await ask('register twice', post(`${mount}/register`, ACCOUNT));
  await ask('validation', post(`${mount}/register`, { email: 'no address', password: PASSWORD, name: 'Ada', surplus: 1 }));
  await ask('malformed JSON', post(`${mount}/login`, '{"email":', json));
  await ask('an array', post(`${mount}/login`, [1]));
  await ask('invalid UTF-8', post(`${mount}/login`, new Uint8Array([0x7b, 0xff, 0x7d]), json));
  await ask('no body', post(`${mount}/login`));
  await ask('no type', post(`${mount}/login`, JSON.stringify(ACCOUNT)));
  await ask('text', post(`${mount}/login`, 'hello', { 'content-type': 'text/plain' }));
  await ask('a form', post(`${mount}/login`, 'email=a', { 'content-type': 'application/x-www-form-urlencoded' }));
  await ask('compressed', post(`${mount}/login`, 'hello', { ...json, 'content-encoding': 'gzip' }));
  await ask('too large', post(`${mount}/login`, { ...ACCOUNT, password: 'x'.repeat(17_000) }));
  const chunks = Array.from({ length: 20 }, () => Buffer.alloc(10_000, ' '));
  await ask('too large, in chunks', { ...post(`${mount}/login`, undefined, json), chunks });
  await ask('in chunks', { ...post(`${mount}/login`, undefined, json), chunks: [Buffer.from('{"email":"nobody@example.com",'), Buffer.from('"password":"x"}')] });
  await ask('unknown route', { path: `${mount}/nowhere` });
  await ask('unknown route, with a large body', post(`${mount}/nowhere`, 'x'.repeat(200_000), { 'content-type': 'text/plain' }));
  await ask('deep unknown route', { path: `${mount}/users/a/b/c/d` });
  await ask('encoded', { path: `${mount}/users/%2F..%2F` });
  await ask('other method', { method: 'PUT', path: `${mount}/login`, body: {} });
  await ask('DELETE with a body', { method: 'DELETE', path: `${mount}/sessions/x`, body: { id: 'y' } });
  await ask('HEAD', { method: 'HEAD', path: `${mount}/.well-known/jwks.json` });
  await ask('HEAD of nothing', { method: 'HEAD', path: `${mount}/nowhere` });
  await ask('HEAD of a callback, which GET would use up', { method: 'HEAD', path: `${mount}/providers/fake/callback?state=x` });
  await ask('callback', { path: `${mount}/providers/fake/callback?state=x` });
  await ask('GET', { path: `${mount}/.well-known/jwks.json` });
  await ask('its own request id', { path: `${mount}/.well-known/jwks.json`, headers: { 'x-request-id': 'abc-123' } });
  await ask('preflight', { method: 'OPTIONS', path: `${mount}/login`, headers: { origin: TRUSTED, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
  await ask('preflight of a foreign origin', { method: 'OPTIONS', path: `${mount}/login`, headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
  await ask('wrong password', post(`${mount}/login`, { email: ACCOUNT.email, password: 'wrong' }, { origin: TRUSTED }));

  const login = await ask('login', post(`${mount}/login`, { email: ACCOUNT.email, password: PASSWORD }, { 'user-agent': 'Scenario/1', 'x-forwarded-for': '192.0.2.7' }));
  const { accessToken, refreshToken } = tokensOf(login);
  await ask('me', { path: `${mount}/me`, headers: bearer(accessToken) });
  await ask('no token', { path: `${mount}/me` });
  await ask('HEAD without a token', { method: 'HEAD', path: `${mount}/me` });
  await ask('a bad token', { path: `${mount}/me`, headers: bearer('x') });
  await ask('query', { path: `${mount}/users?limit=2`, headers: bearer(accessToken) });
  await ask('unknown query', { path: `${mount}/sessions?a=1&a=2`, headers: bearer(accessToken) });
  await ask('sessions', { path: `${mount}/sessions`, headers: bearer(accessToken) });
  await ask('export, which is streamed', { path: `${mount}/me/export`, headers: bearer(accessToken) });
  await ask('two-factor set-up', post(`${mount}/2fa/setup`, {}, bearer(accessToken)));
  await ask('application', { path: '/hello', headers: { ...bearer(accessToken), origin: TRUSTED } });
  await ask('application, posted', post('/hello', {}, bearer(accessToken)));
  await ask('application without a token', { path: '/hello' });
  await ask('application, a bad token', { path: '/hello', headers: bearer('x') });
  const refreshed = tokensOf(await ask('refresh', post(`${mount}/refresh-token`, { refreshToken })));
  await ask('refresh with nonsense', post(`${mount}/refresh-token`, { refreshToken: 'x' }));
  await ask('logout', post(`${mount}/logout`, {}, bearer(refreshed.accessToken)));
  await ask('after the logout', { path: `${mount}/me`, headers: bearer(refreshed.accessToken) });
  await ask('application, after the logout', { path: '/hello', headers: bearer(refreshed.accessToken) });
  const again = tokensOf(await ask('login again', post(`${mount}/login`, { email: ACCOUNT.email, password: PASSWORD })));
  await ask('no content', { method: 'DELETE', path: `${mount}/me`, headers: bearer(again.accessToken), body: { password: PASSWORD } });
  return answers;
};

/** A browser's session with cookies. */
export const cookieScenario: Scenario = async (talk, mount = '/auth') => {
  const { answers, ask } = recorder(talk);
  const page = { origin: TRUSTED };
  await ask('register', post(`${mount}/register`, ACCOUNT, page));
  await ask('login of another site', post(`${mount}/login`, ACCOUNT, { origin: 'https://evil.example' }));
  await ask('login without an origin', post(`${mount}/login`, ACCOUNT));
  const login = await ask('login', post(`${mount}/login`, { email: ACCOUNT.email, password: PASSWORD }, page));
  const jar = jarOf(login);
  const cookie = headerOf(jar);
  await ask('me', { path: `${mount}/me`, headers: { cookie } });
  await ask('a repeated cookie', { path: `${mount}/me`, headers: { cookie: `${cookie}; ${cookie}` } });
  await ask('application', { path: '/hello', headers: { cookie } });
  await ask('application, posted by another site', post('/hello', {}, { cookie, origin: 'https://evil.example' }));
  await ask('application, preflight', { method: 'OPTIONS', path: '/hello', headers: { origin: TRUSTED, 'access-control-request-method': 'POST' } });
  jar.delete('__Host-sp_at');
  await ask('a page, after the access token', { path: '/hello', headers: { cookie: headerOf(jar), 'sec-fetch-mode': 'navigate' } });
  const refresh = await ask('refresh', post(`${mount}/refresh-token`, undefined, { ...page, cookie: headerOf(jar) }));
  for (const [name, value] of jarOf(refresh)) jar.set(name, value);
  await ask('logout', post(`${mount}/logout`, {}, { ...page, cookie: headerOf(jar) }));
  await ask('refresh after the logout', post(`${mount}/refresh-token`, {}, { ...page, cookie: headerOf(jar) }));
  return answers;
};

function jarOf({ headers }: Answer): Map<string, string> {
  return new Map((headers['set-cookie'] ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1, line.indexOf(';'))]));
}

const headerOf = (jar: ReadonlyMap<string, string>): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
