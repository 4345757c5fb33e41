import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuth, createLogger } from '@sallyport/core';
import type { Auth, TokenOptions } from '@sallyport/core';
import { inbox, loginAs } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from './app.js';
import { listen, portOf } from './server.js';
import { temporaryFolder } from './test-kit/running-server.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const logger = createLogger({ level: 'error' });

const startAuth = async (tokens: TokenOptions = {}): Promise<Auth> => {
  const store = await createLibsqlStore({ url: `file:${join(temporaryFolder(), 'readme.db')}` });
  const auth = createAuth({ secret: 'the secret of tests, 32 bytes long or more', store, notifier: inbox(), passwords: { cost: 4 }, tokens, logger: false });
  onTestFinished(() => auth.close());
  return auth;
};
const sourcesOf = (name: RegExp): string[] =>
  readdirSync(join(ROOT, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path) && !/node_modules|dist/.test(path))
    .map((path) => readFileSync(join(ROOT, 'packages', path), 'utf8'));

describe('README.md', () => {
  it('has every route that there is in its table, and no other', async () => {
    const { paths } = (await startAuth()).openapi();
    const there = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const shown = [...README.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) \/\S*)` \|/gm)].map(([, route = '']) => route);
    expect(shown.toSorted()).toEqual(there.toSorted());
  });

  it('has every option that there is in its table', () => {
    const groups: Readonly<Record<string, string>> = {
      RegistrationOptions: 'registration.',
      PasswordOptions: 'passwords.',
      SessionOptions: 'session.',
      TokenOptions: 'tokens.',
      RecoveryOptions: 'recovery.',
      TwoFactorOptions: 'twoFactor.',
      ThrottlingOptions: 'throttling.',
      AuditOptions: 'audit.',
      MaintenanceOptions: 'maintenance.',
      UrlOptions: 'urls.',
      HookOptions: 'hooks.',
      // `messages: { locale }`: one row for all of it.
      MessageOptions: 'messages.',
    };
    const options = sourcesOf(/core\/src\/features\/\w+\/options\.ts$/).flatMap((source) =>
      [...source.matchAll(/^export interface (\w+Options)(?:<.*>)? \{([^]*?)^\}/gm)].flatMap(([, name = '', fields = '']) =>
        [...fields.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, field]) => `${groups[name] ?? `${name}.`}${field}`),
      ),
    );
    expect(options.length).toBeGreaterThan(15);
    const shown = [...README.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, option]) => option);
    expect(options.filter((option) => option !== 'messages.locale' && !shown.includes(option))).toEqual([]);
  });

  it('promises nothing that no test begins with', () => {
    const tests = sourcesOf(/\.test\.ts$/).join('\n');
    const promised = [...README.matchAll(/^\| ([A-Z]\d) \|/gm)].map(([, id = '']) => id);
    expect(promised.length).toBeGreaterThan(20);
    expect(promised.filter((id) => !new RegExp(`['"\`]${id}\\b[^'"\`]*:`).test(tests))).toEqual([]);
  });

  it('shows how another service verifies a token, and that works', async () => {
    const snippet = /^```js\n([^]*?)^```$/m.exec(README)?.[1] ?? '';
    const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const auth = await startAuth({ issuer: 'https://auth.example.com', keys: [{ alg: 'EdDSA', privateKey }] });
    const { userId, accessToken } = await loginAs(auth);
    const server = await listen(0, createApp({ auth, logger, trustProxy: false }));
    onTestFinished(() => server.close().closeAllConnections());

    const folder = temporaryFolder();
    mkdirSync(join(folder, 'node_modules'));
    const jose = createRequire(join(ROOT, 'packages/core/package.json')).resolve('jose/package.json');
    symlinkSync(realpathSync(join(jose, '..')), join(folder, 'node_modules/jose'));
    const here = `new URL('http://localhost:${portOf(server)}/auth/`;
    writeFileSync(join(folder, 'verify.mjs'), snippet.replace("new URL('https://auth.example.com/auth/", here));
    // In a process of its own, while this one serves the keys.
    const output = await run(folder, accessToken);
    expect(output).toMatch(new RegExp(`^user ${userId}, role user, session \\w{26}\\n$`));
  });
});

function run(cwd: string, token: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['verify.mjs', token], { cwd }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
