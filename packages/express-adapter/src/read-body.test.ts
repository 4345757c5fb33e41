import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import type { Express, RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { authRouter } from './auth-router.js';
import { outcomeOf } from './test-kit/body-of.js';
import { chunk, rawConnection } from './test-kit/raw-request.js';
import { PASSWORD, post, serve, testAuth } from './test-kit/served.js';
import type { Served } from './test-kit/served.js';

const login = { email: 'nobody@example.com', password: PASSWORD };
const KIB = 1024;
const big = (bytes: number): string => JSON.stringify({ ...login, padding: 'x'.repeat(bytes) });
/** A request that fetch sends in chunks and without a length, because its body is a stream. */
const chunked = (body: string, type = 'application/json'): RequestInit & { duplex: 'half' } => ({
  method: 'POST',
  duplex: 'half',
  headers: { 'content-type': type },
  body: new Blob([body]).stream(),
});

const mounted = (...parsers: readonly RequestHandler[]): Promise<Served> =>
  serve((app: Express) => {
    for (const parser of parsers) app.use(parser);
    app.use('/auth', authRouter(testAuth()));
    app.get('/alive', (_req, res) => void res.end('alive'));
  });

/** Parsers that the application may have run first. The responses are the same with each. */
const HOSTS: readonly (readonly [string, () => RequestHandler[]])[] = [
  ['no parser', () => []],
  ['express.json', () => [express.json({ limit: '1mb' })]],
  ['express.text', () => [express.text({ type: '*/*', limit: '1mb' })]],
  ['express.raw', () => [express.raw({ type: '*/*', limit: '1mb' })]],
  ['express.urlencoded', () => [express.urlencoded({ limit: '1mb' })]],
  ['all parsers', () => [express.json({ limit: '1mb' }), express.urlencoded({ limit: '1mb' }), express.text(), express.raw()]],
];

describe.each(HOSTS)('a body that was read first by %s', (_, parsers) => {
  it('is parsed as JSON, with a length and in chunks', async () => {
    const { origin } = await mounted(...parsers());
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, post(login)))).toBe('401 INVALID_CREDENTIALS');
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, chunked(JSON.stringify(login))))).toBe('401 INVALID_CREDENTIALS');
  });

  it('is refused if it exceeds 16 KiB, with a length and in chunks', async () => {
    const { origin } = await mounted(...parsers());
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, post(JSON.parse(big(17 * KIB)))))).toBe('413 PAYLOAD_TOO_LARGE');
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, chunked(big(17 * KIB))))).toBe('413 PAYLOAD_TOO_LARGE');
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, chunked(big(15 * KIB))))).toBe('400 VALIDATION_FAILED');
  });

  it('is refused if it is a form', async () => {
    const { origin } = await mounted(...parsers());
    const form = new URLSearchParams(login);
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, { method: 'POST', body: form }))).toBe('415 UNSUPPORTED_MEDIA_TYPE');
  });

  it('may be empty', async () => {
    const { origin } = await mounted(...parsers());
    for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': 'text/plain' }]) {
      const reply = await fetch(`${origin}/auth/logout`, { method: 'POST', headers });
      expect(await outcomeOf(reply)).toBe('401 UNAUTHENTICATED');
    }
  });
});

describe('a body that was not read before', () => {
  it('is refused if it is not JSON', async () => {
    const { origin } = await mounted();
    const send = (body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(`${origin}/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    for (const body of ['{', '[]', '"text"', 'null', '1', new Uint8Array([0x7b, 0xff, 0x7d])]) {
      expect(await outcomeOf(await send(body))).toBe('400 MALFORMED_JSON');
    }
  });

  it('is refused by its declared length without being read, and the connection stays usable', async () => {
    const { port } = await mounted();
    const client = await rawConnection(port);
    client.send('POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 20000', '', '');
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 413 [^]*PAYLOAD_TOO_LARGE/);
    client.send('x'.repeat(20_000));
    client.send('GET /alive HTTP/1.1', 'Host: x', '', '');
    expect(await client.until(/alive$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is refused as soon as its chunks exceed the limit, and the connection stays usable', async () => {
    const { port } = await mounted();
    const client = await rawConnection(port);
    client.send('POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Transfer-Encoding: chunked', '', '');
    client.send(chunk('x'.repeat(10 * KIB)));
    await sleep(30);
    client.send(chunk('x'.repeat(10 * KIB)));
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 413 /);
    client.send(`${chunk('x'.repeat(100 * KIB))}0\r\n\r\n`);
    client.send('GET /alive HTTP/1.1', 'Host: x', '', '');
    expect(await client.until(/alive$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('does not keep the connection open for ever: a client that never stops sending is cut off', async () => {
    const { port } = await mounted();
    const client = await rawConnection(port);
    client.send('POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Transfer-Encoding: chunked', '', '');
    const piece = chunk('x'.repeat(64 * KIB));
    let sent = 0;
    for (; sent < 1_000 && !client.socket.destroyed && client.socket.writable; sent += 1) {
      client.socket.write(piece);
      await sleep(1);
    }
    expect(sent).toBeLessThan(200);
  });

  it('is read to its end even if it arrives slowly', async () => {
    const { port } = await mounted();
    const client = await rawConnection(port);
    const body = JSON.stringify(login);
    client.send('POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', `Content-Length: ${body.length}`, '', '');
    for (const part of body.match(/.{1,20}/g) ?? []) {
      client.send(part);
      await sleep(2);
    }
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 401 [^]*INVALID_CREDENTIALS/);
  });

  it('is not processed if the client disconnects in the middle of it', async () => {
    const auth = testAuth();
    const { port, origin } = await serve((app) => app.use('/auth', authRouter(auth)));
    const account = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
    for (const abort of ['end', 'destroy', 'resetAndDestroy'] as const) {
      const client = await rawConnection(port);
      // Valid JSON, but shorter than the declared length.
      const body = JSON.stringify(account);
      client.send('POST /auth/register HTTP/1.1', 'Host: x', 'Content-Type: application/json', `Content-Length: ${body.length + 9}`, '', body);
      await sleep(30);
      client.socket[abort]();
      await sleep(30);
    }
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, post({ email: account.email, password: PASSWORD })))).toBe(
      '401 INVALID_CREDENTIALS',
    );
  });

  it('may be cut off before it is read, and the server keeps running', async () => {
    const { port, origin } = await serve((app) => {
      app.use((_req, _res, next) => void setTimeout(next, 60));
      app.use('/auth', authRouter(testAuth()));
    });
    const client = await rawConnection(port);
    client.send('POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 500', '', '{');
    await sleep(10);
    client.socket.resetAndDestroy();
    await sleep(100);
    expect((await fetch(`${origin}/auth/health`)).status).toBe(200);
  });
});

describe('a body that other middleware read and did not store', () => {
  it('is answered with 500 instead of hanging', async () => {
    const { origin } = await mounted((req, _res, next) => void req.on('end', () => next()).resume());
    expect(await outcomeOf(await fetch(`${origin}/auth/login`, post(login)))).toBe('500 INTERNAL');
    expect(await outcomeOf(await fetch(`${origin}/auth/logout`, { method: 'POST' }))).toBe('401 UNAUTHENTICATED');
  });
});

describe('a parser that sets {} although there is no body', () => {
  it('is treated as a request without a body', async () => {
    const { origin } = await mounted((req, _res, next) => {
      req.body ??= {};
      next();
    });
    expect(await outcomeOf(await fetch(`${origin}/auth/logout`, { method: 'POST' }))).toBe('401 UNAUTHENTICATED');
  });
});
