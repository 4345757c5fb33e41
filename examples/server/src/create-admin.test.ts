import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { describe, expect, it } from 'vitest';
import { call } from './test-kit/call.js';
import { CREATE_ADMIN_COMMAND, runCommand } from './test-kit/run-command.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EMAIL = 'root@example.com';
const PASSWORD = 'seven violet otters';
const ADMIN_PASSWORD = 'the admin password of tests';

const usersIn = async (folder: string): Promise<number> => {
  const store = await createLibsqlStore({ url: `file:${join(folder, 'dev.db')}` });
  const count = await store.users.count({});
  await store.close();
  return count;
};

// Each test starts processes that load TypeScript.
const SLOW = { timeout: 60_000 };

describe('admin:create', SLOW, () => {
  it('creates an administrator in the database of a running server, who can log in immediately', async () => {
    const folder = temporaryFolder();
    const origin = await startServer({ folder, env: { ADMIN_PASSWORD } }).origin();
    const command = runCommand({ folder });
    command.end(`${EMAIL}\nRoot\n${PASSWORD}\n`);
    const { code, output } = await command.ended;
    expect(output).toMatch(/^Created the administrator Root <root@example\.com>, id \w{26}\.\n$/);
    expect(code).toBe(0);
    const credentials = { email: EMAIL, password: PASSWORD };
    const login = await call(origin, 'POST /auth/admin-login', { body: { ...credentials, adminPassword: ADMIN_PASSWORD } });
    expect(login.status).toBe(201);
    expect((await call(origin, 'GET /admin', { token: login.body.data.accessToken })).text).toContain('administrator Root');
    expect((await call(origin, 'POST /auth/login', { body: credentials })).status).toBe(200);
    const again = runCommand({ folder });
    again.end(`${EMAIL}\nRoot\n${PASSWORD}\n`);
    expect(await again.ended).toMatchObject({ code: 1, output: expect.stringContaining('already registered') });
  });

  it('reports invalid input and input that ends too early, and creates no account', async () => {
    const refused = [
      [`${EMAIL}\nRoot\npassword\n`, 1, /password: is one of the most common/],
      [`root\nRoot\n${PASSWORD}\n`, 1, /email: is not an email address/],
      [`${EMAIL}\nRoot\n`, 130, /the input ended/],
    ] as const;
    await Promise.all(
      refused.map(async ([input, code, saying]) => {
        const folder = temporaryFolder();
        const command = runCommand({ folder });
        command.end(input);
        const ended = await command.ended;
        expect(ended.output).toMatch(saying);
        expect(ended.output).toMatch(/^No administrator was created/);
        expect(ended.output).not.toContain('    at ');
        expect(ended.code).toBe(code);
        expect(await usersIn(folder)).toBe(0);
      }),
    );
  });

  it('takes no arguments, and names invalid settings', async () => {
    const folder = temporaryFolder();
    const withArguments = runCommand({ folder, command: [...CREATE_ADMIN_COMMAND, PASSWORD] });
    const misconfigured = runCommand({ folder, env: { DATABASE_URL: 'nowhere' } });
    misconfigured.end('');
    expect(await withArguments.ended).toMatchObject({ code: 2, output: expect.stringContaining('It takes no arguments') });
    expect(await misconfigured.ended).toMatchObject({ code: 1, output: expect.stringContaining('  - DATABASE_URL ') });
  });
});

describe('admin:create on a terminal', SLOW, () => {
  it('echoes the input except the password, and asks again if the two differ or it is weak', async () => {
    const folder = temporaryFolder();
    const command = runCommand({ folder, onTerminal: true });
    await command.answer('Email address: ', EMAIL);
    await command.answer('Name: ', 'Root');
    await command.answer('Password (not shown): ', PASSWORD);
    await command.answer('Repeat the password: ', `${PASSWORD} or not`);
    await command.answer('Password (not shown): ', 'password');
    await command.answer('Repeat the password: ', 'password');
    await command.answer('Password (not shown): ', PASSWORD);
    await command.answer('Repeat the password: ', PASSWORD);
    const { code, output } = await command.ended;
    expect(output).toContain(`Email address: ${EMAIL}`);
    expect(output).toContain('Name: Root');
    expect(output).toContain('The two passwords differ.');
    expect(output).toContain('is one of the most common passwords');
    expect(output).toContain(`Created the administrator Root <${EMAIL}>`);
    expect(output).not.toContain('otters');
    expect(output.replace(/Repeat the password|two passwords|passwords?( is not acceptable|: is)|common passwords/g, '')).not.toContain('password');
    expect(code).toBe(0);
  });

  it('does not echo a password that is pasted together with the other answers', async () => {
    const command = runCommand({ folder: temporaryFolder(), onTerminal: true });
    await command.answer('Email address: ', `${EMAIL}\rRoot\r${PASSWORD}\r${PASSWORD}`);
    const { code, output } = await command.ended;
    expect(output).toContain('Created the administrator');
    expect(output).not.toContain('otters');
    expect(code).toBe(0);
  });

  it('stops at Ctrl-C without creating an account', async () => {
    const folder = temporaryFolder();
    const command = runCommand({ folder, onTerminal: true });
    await command.answer('Email address: ', EMAIL);
    await command.answer('Name: ', '\u0003');
    expect(await command.ended).toMatchObject({ code: 130, output: expect.stringContaining('No administrator was created') });
    expect(await usersIn(folder)).toBe(0);
  });

  it('runs through pnpm', async () => {
    const command = ['npx', '--yes', '-p', 'pnpm@12.21.0', '-c', 'exec pnpm --filter server admin:create'] as const;
    const url = `file:${join(temporaryFolder(), 'dev.db')}`;
    const env = { DATABASE_URL: url, JWT_SECRET_KEY: 'the secret of tests, 32 bytes long or more' };
    const typed = runCommand({ folder: ROOT, command, env, onTerminal: true });
    await typed.answer('Email address: ', 'other@example.com');
    await typed.answer('Name: ', 'Other');
    await typed.answer('Password (not shown): ', PASSWORD);
    await typed.answer('Repeat the password: ', PASSWORD);
    const { code, output } = await typed.ended;
    expect(output).toContain('Created the administrator Other');
    expect(output).not.toContain('otters');
    expect(code).toBe(0);
  });
});
