import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const ESCAPE = '\u001b';

/** Everything that the library prints by itself: the log of `createAuth`, lines with fields of every kind, and messages. */
const SCRIPT = `
import { consoleNotifier, createAuth, createLogger } from '@sallyport/core';
import { createMemoryStore } from '@sallyport/core/testing';
createAuth({ secret: 'x'.repeat(32), store: createMemoryStore(), passwords: { cost: 4 } });
const logger = createLogger({ level: 'debug' });
for (const level of ['error', 'warn', 'info', 'http', 'debug']) logger[level]('a line', { text: 'x', n: 1, is: true, none: null, list: [1], at: new Date(0), deep: { a: { b: 'c' } } });
await consoleNotifier().send({ id: '1', kind: 'email-verification', channel: 'email', to: 'ada@example.com', subject: 'Hello', text: 'Hello', data: {} });`;

const ARGS = ['--conditions=@sallyport/source', '--import', TSX, '--input-type=module', '-e', SCRIPT];
const { PATH = '', HOME = '' } = process.env;
const environment = (more: Readonly<Record<string, string>>): Record<string, string> => ({ PATH, HOME, TERM: 'xterm-256color', ...more });

const onPipe = async (more: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ARGS, { cwd: PACKAGE, env: environment(more) });
  return stdout + stderr;
};

const onFile = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'out.log');
  const out = openSync(file, 'w');
  await once(spawn(process.execPath, ARGS, { cwd: PACKAGE, env: environment({}), stdio: ['ignore', out, out] }), 'close');
  return readFileSync(file, 'utf8');
};

const onTerminal = async (more: Readonly<Record<string, string>> = {}): Promise<string> => {
  const run = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const { stdout } = await promisify(execFile)('python3', ['-c', run, process.execPath, ...ARGS], { cwd: PACKAGE, env: environment(more) });
  return stdout;
};

describe('what a process prints outside production', { timeout: 60_000 }, () => {
  it('has colours on a terminal, unless NO_COLOR is set', async () => {
    expect(await onTerminal()).toContain(ESCAPE);
    const plain = await onTerminal({ NO_COLOR: '1' });
    expect(plain).toContain('passwords.cost is below 10');
    expect(plain).not.toContain(ESCAPE);
  });

  it('has none in a file or a pipe', async () => {
    for (const output of [await onFile(), await onPipe()]) {
      expect(output).toMatch(/WARN .*passwords\.cost is below 10/);
      expect(output).toMatch(/DEBUG .*a line/);
      expect(output).not.toContain(ESCAPE);
    }
  });

  it('has them in a pipe too if FORCE_COLOR is set', async () => {
    expect(await onPipe({ FORCE_COLOR: '1' })).toContain(ESCAPE);
  });
});
