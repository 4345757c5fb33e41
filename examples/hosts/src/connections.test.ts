import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, PasswordHasher } from '@sallyport/core';
import { describe, expect, it, onTestFinished } from 'vitest';
// Imports a file that is not published.
import { chunk, rawConnection } from '../../../packages/express-adapter/src/test-kit/raw-request.js';
import type { RawConnection } from '../../../packages/express-adapter/src/test-kit/raw-request.js';
import { HOSTS, REFERENCE, start } from './test-kit/hosts.js';
import type { Serve } from './test-kit/hosts.js';
import { makeAuth } from './test-kit/make-auth.js';

const HEAD = ['POST /auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json'];
const KEYS = 'GET /auth/.well-known/jwks.json HTTP/1.1\r\nHost: x\r\n\r\n';
const silent: Logger = { error() {}, warn() {}, info() {}, debug() {}, http() {} };

async function connectionTo(serve: Serve, auth = makeAuth()): Promise<{ readonly connection: RawConnection; readonly again: () => Promise<RawConnection> }> {
  const port = Number(new URL(await start(serve, auth)).port);
  return { connection: await rawConnection(port), again: () => rawConnection(port) };
}

/** Collects unhandled errors of the process. */
function troubles(): readonly unknown[] {
  const noted: unknown[] = [];
  const note = (what: unknown): void => void noted.push(what);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  onTestFinished(() => void process.off('unhandledRejection', note).off('uncaughtException', note));
  return noted;
}

describe.each(Object.entries({ 'Express 5': REFERENCE, ...HOSTS }))('%s', (_name, serve) => {
  it('keeps the connection open after refusing a body', async () => {
    const { connection } = await connectionTo(serve);
    connection.send(...HEAD, 'Transfer-Encoding: chunked', '', '');
    connection.send(chunk(' '.repeat(5_000)).repeat(40) + chunk('') + KEYS);
    const answers = await connection.until(/"keys":\[\]/);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('responds to an endless body while it arrives, and does not read it forever', async () => {
    const { connection } = await connectionTo(serve);
    const { socket } = connection;
    connection.send(...HEAD, 'Transfer-Encoding: chunked', '', '');
    const piece = chunk(' '.repeat(100_000));
    connection.send(piece);
    expect(await connection.until(/PAYLOAD_TOO_LARGE/)).toContain('HTTP/1.1 413');
    for (let sent = 0; sent < 300 && !socket.closed; sent += 1) connection.send(piece);
    for (let before = -1; before !== socket.writableLength && !socket.closed; await sleep(100)) before = socket.writableLength;
    // The connection is closed, or no longer read, so that the system's buffers of some megabytes fill up.
    expect(socket.closed || socket.writableLength > 10_000_000).toBe(true);
  });

  it('does not process an incomplete body', async () => {
    const noted = troubles();
    const { connection, again } = await connectionTo(serve);
    connection.send(...HEAD, 'Content-Length: 100', '', '{"email":"ada@example.com"');
    await sleep(20);
    connection.socket.resetAndDestroy();
    const other = await again();
    other.send(KEYS);
    expect(await other.until(/"keys"/)).toContain('HTTP/1.1 200');
    expect(noted).toEqual([]);
  });

  it('survives methods that a web Request cannot have', async () => {
    const noted = troubles();
    const { connection, again } = await connectionTo(serve);
    connection.send('TRACE /auth/login HTTP/1.1', 'Host: x', '', '');
    await Promise.race([connection.until(/HTTP\/1\.1 [45]/).catch(() => undefined), sleep(300)]);
    const other = await again();
    other.send(KEYS);
    expect(await other.until(/"keys"/)).toContain('HTTP/1.1 200');
    expect(noted).toEqual([]);
  });

  it('F3: does not hash for a client that disconnected while waiting', async () => {
    const { hasher, begun, finish } = slowHasher();
    const lines: string[] = [];
    const logger: Logger = { ...silent, http: (message) => void lines.push(message) };
    const { connection, again } = await connectionTo(serve, makeAuth({ logger, passwords: { hasher, hashConcurrency: 1 } }));
    const impatient = await again();
    const login = (password: string): readonly string[] => {
      const body = JSON.stringify({ email: 'nobody@example.com', password });
      return [...HEAD, `Content-Length: ${body.length}`, '', body];
    };
    connection.send(...login('first'));
    while (begun.length === 0) await sleep(5);
    impatient.send(...login('second'));
    await sleep(30);
    impatient.socket.destroy();
    while (lines.length === 0) await sleep(5);
    expect(lines).toEqual(['client disconnected']);
    finish();
    expect(await connection.until(/INVALID_CREDENTIALS/)).toContain('HTTP/1.1 401');
    expect(begun).toEqual(['first']);
  });
});

/** A hasher that finishes on command. */
function slowHasher(): { readonly hasher: PasswordHasher; readonly begun: readonly string[]; readonly finish: () => void } {
  const begun: string[] = [];
  let finish: () => void = () => undefined;
  const work = (password: string): Promise<void> =>
    new Promise((resolve) => {
      begun.push(password);
      finish = resolve;
    });
  const hasher: PasswordHasher = {
    hash: (password) => work(password).then(() => 'hash'),
    verify: (password) => work(password).then(() => false),
    needsRehash: () => false,
    dummyHash: () => Promise.resolve('dummy'),
  };
  return { hasher, begun, finish: () => finish() };
}
