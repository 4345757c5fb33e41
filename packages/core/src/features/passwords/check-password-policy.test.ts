import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../errors.js';
import { createMailTestApp } from '../../test-kit/mail-test-app.js';
import type { MailTestApp } from '../../test-kit/mail-test-app.js';
import type { Reply } from '../../test-kit/test-app.js';
import { COMMON_PASSWORDS } from './common-passwords.js';
import { isPersonalPassword } from './is-personal-password.js';
import type { PasswordOptions } from './options.js';

const account = { email: 'grace.hopper@example.com', name: 'Grace Brewster Hopper', username: 'amazing_grace' };
const FINE = 'correct horse battery staple';

function world(passwords: PasswordOptions = {}): MailTestApp & { readonly register: (password: string) => Promise<Reply> } {
  const made = createMailTestApp({ passwords: { cost: 4, ...passwords }, appName: 'Example App', throttling: { enabled: false } });
  return { ...made, register: (password) => made.post('/register', { ...account, password }) };
}

const reasons = ({ body }: Reply): readonly string[] => (body.meta.issues ?? []).map(({ message }) => message);

describe('common passwords', () => {
  const listed = COMMON_PASSWORDS.trim().split(/\s/);

  it('P3: the list has at least 3,000 passwords that satisfy the length policy', () => {
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.length).toBeGreaterThan(19_000);
    expect(listed.every((password) => password.length >= 8 && password === password.toLowerCase())).toBe(true);
  });

  it('P3: are refused in upper or lower case, with the reason', async () => {
    const { register } = world();
    for (const password of ['password', 'Password1', 'QWERTYUIOP', '12345678', 'iloveyou1', 'ＰＡＳＳＷＯＲＤ', ...listed.slice(0, 20)]) {
      const reply = await register(password);
      expect([reply.status, reply.body.code, reply.body.meta.issues]).toEqual([
        400,
        'WEAK_PASSWORD',
        [{ path: 'password', message: 'is one of the most common passwords' }],
      ]);
    }
    expect((await register(FINE)).status).toBe(201);
  });

  it('P3: take less than 2 MB, and load faster than twice as many words are put into a set', () => {
    const source = fileURLToPath(new URL('common-passwords.ts', import.meta.url));
    expect(statSync(source).size).toBeLessThan(400_000);
    const folder = mkdtempSync(join(tmpdir(), 'common-passwords-'));
    try {
      const module = join(folder, 'list.mjs');
      writeFileSync(module, readFileSync(source, 'utf8').replace(': string', ''));
      const program = `
        const heap = () => { globalThis.gc(); return process.memoryUsage().heapUsed; };
        // Processor time, relative to similar work, so that the result does not depend on the load of the machine.
        const since = (begun) => { const { user, system } = process.cpuUsage(begun); return (user + system) / 1000; };
        const before = heap(), begun = process.cpuUsage();
        const { COMMON_PASSWORDS } = await import(${JSON.stringify(module)});
        globalThis.list = new Set(COMMON_PASSWORDS.trim().split(/\\s/));
        const ms = since(begun), bytes = heap() - before, begunAnew = process.cpuUsage();
        const words = Array.from({ length: 2 * globalThis.list.size }, (_, at) => 'word' + at).join(' ');
        globalThis.words = new Set(words.split(/\\s/));
        console.log(JSON.stringify({ ratio: ms / since(begunAnew), bytes }));`;
      const runs = Array.from({ length: 5 }, (): { readonly ratio: number; readonly bytes: number } =>
        JSON.parse(spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], { encoding: 'utf8' }).stdout),
      );
      expect(Math.min(...runs.map(({ ratio }) => ratio))).toBeLessThan(1);
      expect(Math.min(...runs.map(({ bytes }) => bytes))).toBeLessThan(2_000_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('P3: can be extended by the application, or turned off', async () => {
    const own = world({ blocklist: new Set(['Blue Suede Shoes']) });
    expect(reasons(await own.register('blue suede shoes'))).toEqual(['is one of the most common passwords']);
    expect(reasons(await own.register('password1'))).toEqual(['is one of the most common passwords']);
    expect((await world({ blocklist: false }).register('password1')).status).toBe(201);
  });

  it('L5: are refused at start-up if they are not a list of strings', () => {
    for (const blocklist of ['password', [1], {}, true]) {
      expect(() => world({ blocklist } as never)).toThrow(ConfigError);
    }
  });
});

describe('personal passwords', () => {
  const reason = 'is made of your name, username, email address or the name of this service';

  it.each([
    'GraceHopper1906',
    'grace brewster hopper',
    'hopper-grace!!',
    'Amazing_Grace#1',
    'grace.hopper@example.com',
    'GRACE.HOPPER@EXAMPLE.COM1',
    '1906gracehopper',
    'ExampleApp2026!',
    'gracexhopper',
  ])('P3: refuses %j', async (password) => {
    expect(reasons(await world().register(password))).toEqual([reason]);
  });

  it.each(['grace under a violet sky', 'hopperwasanadmiral', 'nanoseconds of wire', '1906-12-09-1992'])('P3: accepts %j', async (password) => {
    expect((await world().register(password)).status).toBe(201);
  });

  it('P3: a name of two letters is not searched for within words', () => {
    const owner = { name: 'Al Bo', email: 'x@example.com', username: null };
    expect(isPersonalPassword({ password: 'album of balconies', owner, serviceName: 'S' })).toBe(false);
  });
});

describe('the breach service', () => {
  it('P3: is called only for passwords that passed the other checks, and decides', async () => {
    const asked: string[] = [];
    const { register } = world({
      breached: (password) => {
        asked.push(password);
        return Promise.resolve(password === 'known from a breach');
      },
    });
    expect(reasons(await register('password1'))).toHaveLength(1);
    expect(asked).toEqual([]);
    expect(reasons(await register('known from a breach'))).toEqual(['is known from a data breach']);
    expect((await register(FINE)).status).toBe(201);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error(`it was ${FINE}`))],
    [
      'throws',
      () => {
        throw new Error(FINE);
      },
    ],
  ])('P3, G2: if it %s, the password is accepted, and an event is recorded without the password', async (_, breached) => {
    const { register, emitted, log } = world({ breached });
    expect((await register(FINE)).status).toBe(201);
    expect(emitted).toContainEqual(
      expect.objectContaining({ type: 'password.breach-check-failed', outcome: 'failure', detail: { reason: 'error' } }),
    );
    expect(JSON.stringify([emitted, log])).not.toContain(FINE);
  });

  it('P3: times out after two seconds', async () => {
    const { register, emitted, clock } = world({ breached: () => new Promise(() => undefined) });
    let done = false;
    const reply = register(FINE).finally(() => (done = true));
    await clock.advance(1_999);
    expect(done).toBe(false);
    while (!done) await clock.advance(1);
    expect((await reply).status).toBe(201);
    expect(emitted).toContainEqual(expect.objectContaining({ detail: { reason: 'timeout' } }));
  });
});
