import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AuthError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.js';
import { runCommand } from './test-kit/run-command.js';
import { temporaryFolder } from './test-kit/running-server.js';

const START = [
  process.execPath,
  '--conditions=@sallyport/source',
  '--import',
  pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
  fileURLToPath(new URL('main.ts', import.meta.url)),
] as const;

const start = async (env: Readonly<Record<string, string>>, folder = temporaryFolder()) => runCommand({ folder, command: START, env }).ended;

/** Each test starts a process, which is slow on a busy machine. */
const SLOW = { timeout: 60_000 };

it.each([
  ['28P01', 'the database refuses the user or the password of DATABASE_URL.'],
  ['3D000', 'the database that DATABASE_URL names does not exist.'],
  ['ECONNREFUSED', 'the database of DATABASE_URL does not answer (ECONNREFUSED).'],
])('a database that refuses the server is reported with a remedy: %s', (cause, words) => {
  expect(explain(new AuthError('STORE_UNAVAILABLE', { cause }))).toContain(`The server cannot start: ${words}`);
});

describe('a server that cannot start', SLOW, () => {
  it('names the port that is in use, in one line, and exits with 1', async () => {
    const other = createServer().listen(0);
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, output } = await start({ PORT: port, LOG_LEVEL: 'error' });
    other.close();
    expect(code).toBe(1);
    expect(output).toBe(`The server cannot start: port ${port} is in use by another process. Stop it, or set PORT (or METRICS_PORT) to another port.\n`);
  });

  it('reports a file that it cannot read, without a stack trace', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.dev-secret'));
    const { code, output } = await start({ PORT: '0' }, folder);
    expect(code).toBe(1);
    expect(output).toMatch(/^The server cannot start: EISDIR: .+\n$/);
  });

  it.each(['0.0.0.0/0', '::/0'])('refuses to trust every proxy: TRUST_PROXY=%s', async (TRUST_PROXY) => {
    const { code, output } = await start({ PORT: '0', TRUST_PROXY });
    expect(code).toBe(1);
    expect(output).toMatch(/^The server cannot start:\n {2}- TRUST_PROXY must be .+\n$/);
  });

  it('reports an invalid sender of mails', async () => {
    const mail = await start({ PORT: '0', EMAIL_PROVIDER: 'resend', EMAIL_SERVICE_API_KEY: 're_1', EMAIL_FROM: 'Acme, Inc.' });
    expect(mail).toEqual({ code: 1, output: expect.stringMatching(/^resendNotifier cannot start:\n {2}- from: must be an address .+\n$/) });
  });

  it('reports an invalid account for text messages', async () => {
    const sms = await start({ PORT: '0', SMS_PROVIDER: 'twilio', SMS_SERVICE_ACCOUNT: 'AC1', SMS_SERVICE_API_KEY: 'x', SMS_FROM: '+15005550006' });
    expect(sms).toEqual({ code: 1, output: expect.stringMatching(/^twilioNotifier cannot start:\n {2}- accountSid: must be .+\n$/) });
  });
});
