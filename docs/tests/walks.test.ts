import { execFile, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createAuth } from '@sallyport/core';
import { createMemoryStore, inbox, loginAs } from '@sallyport/core/testing';
import { authRouter } from '@sallyport/express-adapter';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ROOT, snippetsOf } from './pages.js';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const run = promisify(execFile);

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-walk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The shell snippet of a page that contains this text. */
function shellWith(page: string, text: string): string {
  const found = snippetsOf(page).find(({ language, code }) => language === 'sh' && code.includes(text));
  if (found === undefined) throw new Error(`${page} has no shell with ${text}`);
  return found.code;
}

/** Starts the example server in a new folder, and resolves with its origin. */
async function startExample(): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--conditions=@sallyport/source', '--import', TSX, join(ROOT, 'examples/server/src/main.ts')], {
    cwd: temporaryFolder(),
    env: { PATH, HOME, PORT: '0', PASSWORD_COST: '4', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let output = '';
  const listening = new Promise<string>((resolve) => {
    // Read its output to the end: otherwise the server would block or end when the pipe is full or closed.
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const origin = /listens on (http:\/\/localhost:\d+)/.exec(output)?.[1];
      if (origin !== undefined) resolve(origin);
    });
  });
  const failure = exited.then(() => Promise.reject(new Error(`The example server ended: ${output}`)));
  failure.catch(() => undefined);
  return Promise.race([listening, failure]);
}

/** Runs a shell snippet against a server, and returns the printed lines. */
async function walk(script: string, { origin, path = '' }: { readonly origin: string; readonly path?: string }): Promise<string[]> {
  const here = script.replaceAll('http://localhost:5500', origin);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here], { env: { ...process.env, PATH: `${path}${process.env['PATH'] ?? ''}` } });
  return stdout.trimEnd().split('\n');
}

const codeOf = (line: string): string => {
  const { success, code, message } = JSON.parse(line) as { success?: boolean; code?: string; message?: string };
  return success === false ? (code ?? '') : (message ?? '');
};

describe('the walk with curl', () => {
  it('of docs/getting-started.md gets the documented responses, each on its own line', async () => {
    const lines = await walk(shellWith('docs/getting-started.md', '/register'), { origin: await startExample() });
    expect(lines.map(codeOf)).toEqual([
      'Registration successful',
      'Current user',
      'Hello, Ada',
      'Token refreshed',
      'Active sessions',
      'Logout successful',
      'INVALID_TOKEN',
    ]);
  }, 60_000);

  it('of docs/second-factors.md turns two-factor on and logs in with it', async () => {
    const origin = await startExample();
    await walk(shellWith('docs/getting-started.md', '/register'), { origin });
    // An authenticator app whose clock moves on, so that the test need not wait for the page's pause of 30 seconds.
    const tools = temporaryFolder();
    const oathtool = `#!/bin/sh\nexec '${process.execPath}' '${join(tools, 'oathtool.mjs')}' "$3" '${tools}'\n`;
    writeFileSync(join(tools, 'oathtool'), oathtool, { mode: 0o755 });
    writeFileSync(join(tools, 'oathtool.mjs'), oathtoolSource());
    const script = shellWith('docs/second-factors.md', 'oathtool').replace(/^sleep 30.*$/m, '');
    const lines = await walk(script, { origin, path: `${tools}:` });
    expect(lines.map(codeOf)).toEqual(['Two-factor authentication is on', 'Verification successful']);
  }, 60_000);
});

/** Prints the code of the current time step at the first call, and that of the next step at the second. */
function oathtoolSource(): string {
  const otpauth = createRequire(join(ROOT, 'packages/core/package.json')).resolve('otpauth');
  return `
import { appendFileSync, readFileSync } from 'node:fs';
import { Secret, TOTP } from '${pathToFileURL(otpauth).href}';
const [secret, folder] = process.argv.slice(2);
appendFileSync(folder + '/calls', 'x');
const calls = readFileSync(folder + '/calls', 'utf8').length;
console.log(new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + (calls - 1) * 30_000 }));`;
}

describe('docs/getting-started.md', () => {
  it('shows working code with which another service verifies an access token', async () => {
    const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more',
      store: createMemoryStore(),
      notifier: inbox(),
      passwords: { cost: 4 },
      tokens: { issuer: 'https://auth.example.com', keys: [{ alg: 'EdDSA', privateKey }] },
      logger: false,
    });
    const server = express().use('/auth', authRouter(auth)).listen(0);
    onTestFinished(async () => {
      server.close().closeAllConnections();
      await auth.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { userId, sessionId, accessToken } = await loginAs(auth);

    const folder = temporaryFolder();
    symlinkSync(join(ROOT, 'docs/node_modules'), join(folder, 'node_modules'));
    const snippet = snippetsOf('docs/getting-started.md').find(({ code }) => code.includes('createRemoteJWKSet'))?.code ?? '';
    const here = snippet.replace("new URL('https://auth.example.com/auth/", `new URL('http://localhost:${port}/auth/`);
    writeFileSync(join(folder, 'verify.mjs'), here);
    // In another process, while this one serves the keys.
    const { stdout } = await run(process.execPath, ['verify.mjs', accessToken], { cwd: folder });
    expect(stdout).toBe(`user ${userId}, role user, session ${sessionId}\n`);
  });

  it('packs every package', () => {
    const packed = /for name in ([^;]+);/.exec(shellWith('docs/getting-started.md', 'npm pack'))?.[1]?.split(' ');
    expect(packed?.toSorted()).toEqual(readdirSync(join(ROOT, 'packages')).toSorted());
  });

  it('names files that the example server creates, and git ignores all of them', () => {
    for (const file of ['dev.db', '.dev-secret', '.env']) {
      const ignored = execFileSync('git', ['check-ignore', `examples/server/${file}`], { cwd: ROOT, encoding: 'utf8' });
      expect(ignored.trim()).toBe(`examples/server/${file}`);
    }
  });
});
