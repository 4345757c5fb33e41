import { readFileSync } from 'node:fs';
import type { AuthConfig } from '@sallyport/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HOSTS, REFERENCE, start, takesMount } from './test-kit/hosts.js';
import type { Serve } from './test-kit/hosts.js';
import { makeAuth } from './test-kit/make-auth.js';
import { normalise } from './test-kit/normalise.js';
import { bearerScenario, cookieScenario } from './test-kit/scenarios.js';
import type { Scenario } from './test-kit/scenarios.js';
import { talkTo } from './test-kit/talk.js';
import type { Answer } from './test-kit/talk.js';

interface Setup {
  readonly scenario: Scenario;
  readonly config?: Partial<AuthConfig>;
  readonly mount?: string;
}

async function answersOf(serve: Serve, { scenario, config, mount }: Setup): Promise<Readonly<Record<string, Answer>>> {
  const { talk, close } = talkTo(await start(serve, makeAuth(config), mount));
  onTestFinished(close);
  const answers = await scenario(talk, mount);
  const names = [...answers.keys()];
  return Object.fromEntries(normalise([...answers.values()]).map((answer, at) => [names[at], answer]));
}

const SETUPS = {
  'with bearer tokens': { scenario: bearerScenario },
  'with cookies': { scenario: cookieScenario, config: { transport: 'cookie' } },
  'below a prefix': { scenario: bearerScenario, mount: '/api/v1/accounts' },
} satisfies Readonly<Record<string, Setup>>;

const expected = new Map<string, ReturnType<typeof answersOf>>();

/** The responses of Express 5. Each scenario runs once. */
async function expectedOf(what: string, setup: Setup): ReturnType<typeof answersOf> {
  const answers = expected.get(what) ?? answersOf(REFERENCE, setup);
  expected.set(what, answers);
  return answers;
}

describe.each(Object.entries(HOSTS))('%s answers like Express 5 in status, headers, cookies and bytes', (_name, serve) => {
  it.each(Object.entries<Setup>(SETUPS).filter(([, { mount }]) => mount === undefined || takesMount(serve)))('%s', async (what, setup) => {
    expect(await answersOf(serve, setup)).toEqual(await expectedOf(what, setup));
  });
});

describe('the responses of all hosts', () => {
  const summary = (answers: Readonly<Record<string, Answer>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(answers).map(([what, { status, body }]) => [what, `${status} ${/^\{"success":false.*"code":"(\w+)"/.exec(body)?.[1] ?? ''}`.trim()]),
    );

  it('are as docs/http-api.md promises, with bearer tokens', async () => {
    const answers = await answersOf(REFERENCE, { scenario: bearerScenario });
    expect(summary(answers)).toEqual({
      register: '201',
      'register twice': '409 EMAIL_TAKEN',
      validation: '400 VALIDATION_FAILED',
      'malformed JSON': '400 MALFORMED_JSON',
      'an array': '400 MALFORMED_JSON',
      'invalid UTF-8': '400 MALFORMED_JSON',
      'no body': '400 VALIDATION_FAILED',
      'no type': '415 UNSUPPORTED_MEDIA_TYPE',
      text: '415 UNSUPPORTED_MEDIA_TYPE',
      'a form': '415 UNSUPPORTED_MEDIA_TYPE',
      compressed: '415 UNSUPPORTED_MEDIA_TYPE',
      'too large': '413 PAYLOAD_TOO_LARGE',
      'too large, in chunks': '413 PAYLOAD_TOO_LARGE',
      'in chunks': '401 INVALID_CREDENTIALS',
      'unknown route': '404 NOT_FOUND',
      'unknown route, with a large body': '404 NOT_FOUND',
      'deep unknown route': '404 NOT_FOUND',
      encoded: '401 UNAUTHENTICATED',
      'other method': '405 METHOD_NOT_ALLOWED',
      'DELETE with a body': '401 UNAUTHENTICATED',
      HEAD: '200',
      'HEAD of nothing': '404',
      'HEAD of a callback, which GET would use up': '405',
      callback: '303',
      GET: '200',
      'its own request id': '200',
      preflight: '204',
      'preflight of a foreign origin': '405 METHOD_NOT_ALLOWED',
      'wrong password': '401 INVALID_CREDENTIALS',
      login: '200',
      me: '200',
      'no token': '401 UNAUTHENTICATED',
      'HEAD without a token': '401',
      'a bad token': '401 INVALID_TOKEN',
      query: '403 FORBIDDEN',
      'unknown query': '400 VALIDATION_FAILED',
      sessions: '200',
      'export, which is streamed': '200',
      'two-factor set-up': '200',
      application: '200',
      'application, posted': '200',
      'application without a token': '401 UNAUTHENTICATED',
      'application, a bad token': '401 INVALID_TOKEN',
      refresh: '200',
      'refresh with nonsense': '401 INVALID_REFRESH_TOKEN',
      logout: '200',
      'after the logout': '401 INVALID_TOKEN',
      'application, after the logout': '401 INVALID_TOKEN',
      'login again': '200',
      'no content': '204',
    });
    expect(answers['other method']?.headers['allow']).toEqual(['POST']);
    expect(answers['HEAD']?.body).toBe('');
    expect(answers['HEAD of a callback, which GET would use up']).toMatchObject({ headers: { allow: ['GET, POST'] }, body: '' });
    expect(answers['callback']?.headers['location']).toEqual(['https://app.example.com/return#error=INVALID_LOGIN_TOKEN']);
    expect(Object.keys(answers['HEAD']?.headers ?? {})).toEqual(Object.keys(answers['GET']?.headers ?? {}));
    expect(answers['its own request id']?.headers['x-request-id']).toEqual(['abc-123']);
    expect(answers['a bad token']?.headers['www-authenticate']?.[0]).toContain('invalid_token');
    expect(answers['preflight of a foreign origin']?.headers).not.toHaveProperty('access-control-allow-origin');
    // The address of the connection: the client's forwarded-for header is ignored.
    expect(answers['sessions']?.body).toContain('"ip":"127.0.0.1"');
  });

  it('are as docs/cookies.md promises, with cookies', async () => {
    const answers = await answersOf(REFERENCE, SETUPS['with cookies']);
    expect(summary(answers)).toEqual({
      register: '201',
      'login of another site': '403 ORIGIN_NOT_TRUSTED',
      'login without an origin': '403 ORIGIN_NOT_TRUSTED',
      login: '200',
      me: '200',
      'a repeated cookie': '401 INVALID_TOKEN',
      application: '200',
      'application, posted by another site': '403 ORIGIN_NOT_TRUSTED',
      'application, preflight': '204',
      'a page, after the access token': '200',
      refresh: '200',
      logout: '200',
      'refresh after the logout': '401 SESSION_EXPIRED',
    });
    expect(answers['login']?.headers['set-cookie']).toHaveLength(3);
    expect(answers['a page, after the access token']?.headers).toMatchObject({ 'cache-control': ['no-store'] });
    expect(answers['a page, after the access token']?.headers['set-cookie']).toHaveLength(2);
  });

  it('contain the mount path in links and documents', async () => {
    const { scenario, mount } = SETUPS['below a prefix'];
    expect((await answersOf(REFERENCE, { scenario, mount }))['two-factor set-up']?.body).toContain(`"redirectTo":"${mount}/2fa/enable"`);
  });
});

it.each(['express-4', 'express-5', 'fastify', 'hono', 'node-http', 'next/app/auth/[[...path]]/route'])('%s.ts is less than 20 lines of code', (name) => {
  const lines = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8').split('\n');
  expect(lines.filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length).toBeLessThan(20);
});
