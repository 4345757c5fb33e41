import type { LogFields, Logger, PasswordHasher } from '@sallyport/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authRouter } from './auth-router.js';
import { rawConnection } from './test-kit/raw-request.js';
import type { RawConnection } from './test-kit/raw-request.js';
import { PASSWORD, serve, testAuth } from './test-kit/served.js';

/** A hasher that runs one hash at a time and finishes on command. */
function slowHasher() {
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

/** A server that is busy with one hash. `trouble` collects errors and warnings of the process. */
async function busyServer() {
  const slow = slowHasher();
  const lines: [message: string, status: unknown][] = [];
  const http = (message: string, fields: LogFields = {}): void => void lines.push([message, fields['status']]);
  const fail = (message: string): void => void lines.push([message, 'not http']);
  const logger: Logger = { error: fail, warn: fail, info: fail, debug: fail, http };
  const auth = testAuth({ logger, passwords: { hasher: slow.hasher, hashConcurrency: 1 } });
  const { port, server } = await serve((app) => app.use('/auth', authRouter(auth)));
  const trouble: unknown[] = [];
  const note = (what: unknown): void => void trouble.push(what);
  process.on('unhandledRejection', note).on('uncaughtException', note).on('warning', note);
  onTestFinished(() => void process.off('unhandledRejection', note).off('uncaughtException', note).off('warning', note));

  const client = async (...passwords: readonly string[]): Promise<RawConnection> => {
    const connection = await rawConnection(port);
    connection.send(passwords.map(requestOf).join(''));
    await sleep(30);
    return connection;
  };
  const until = async (count: number): Promise<void> => {
    while (lines.length < count) await sleep(5);
  };
  return { ...slow, lines, trouble, server, client, until };
}

function requestOf(password: string): string {
  const body = JSON.stringify({ email: 'nobody@example.com', password });
  return `POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

describe('a client that disconnects while its login waits', () => {
  it.each(['destroy', 'resetAndDestroy', 'end'] as const)('F3: by %s: its hash is not computed, and one line is logged', async (leave) => {
    const { client, begun, finish, lines, trouble, until } = await busyServer();
    const first = await client(PASSWORD);
    const second = await client('never to be hashed');
    second.socket[leave]();
    await until(1);
    expect(lines).toEqual([['client disconnected', 499]]);
    finish();
    expect(await first.until(/\}$/)).toContain('INVALID_CREDENTIALS');
    expect(begun).toEqual([PASSWORD]);
    expect(lines).toEqual([['client disconnected', 499], ['request', 401]]);
    expect(trouble).toEqual([]);
  });

  it('F3: of twenty pipelined requests, only the one that had started is hashed', async () => {
    const { client, begun, finish, lines, trouble, until } = await busyServer();
    const connection = await client(...Array.from({ length: 20 }, (_, at) => `password ${at}`));
    connection.socket.destroy();
    await until(19);
    expect(lines).toEqual(Array.from({ length: 19 }, () => ['client disconnected', 499]));
    finish();
    await until(20);
    // This request had started, so it was finished. 401 would have been its response.
    expect(lines.at(-1)).toEqual(['client disconnected', 401]);
    expect(begun).toEqual(['password 0']);
    expect(trouble).toEqual([]);
  });

  it('F3: a client that stays connected gets responses to all requests on its connection', async () => {
    const { client, begun, finish, lines } = await busyServer();
    const connection = await client('one', 'two');
    for (const answered of ['one', 'two']) {
      finish();
      expect([answered, await connection.until(/\}$/)]).toEqual([answered, expect.stringContaining('INVALID_CREDENTIALS')]);
    }
    expect(begun).toEqual(['one', 'two']);
    expect(lines).toEqual([['request', 401], ['request', 401]]);
  });
});
