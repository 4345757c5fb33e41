import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { faultsOf, programOf } from './compiler.js';
import { pages, ROOT, snippetsOf } from './pages.js';
import type { Snippet } from './pages.js';

const snippets = pages().flatMap(snippetsOf);
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What a snippet may use without showing where it is from. */
const AROUND = `
import type { Auth, AuthStore } from '@sallyport/core';
import type { Express } from 'express';
declare global {
  const auth: Auth;
  const store: AuthStore;
  const app: Express;
}`;

const fileOf = ({ place, language }: Snippet): string => `${place.replaceAll(/[^\w]/g, '-')}.${language === 'js' ? 'mjs' : 'ts'}`;

/** Each in a program of its own kind: one that declares `Register` would decide for all others. */
function compile(some: readonly Snippet[]): Map<string, string[]> {
  const program = programOf({ 'around.ts': AROUND, ...Object.fromEntries(some.map((snippet) => [fileOf(snippet), snippet.code])) });
  return new Map(some.map((snippet) => [snippet.place, faultsOf(program, fileOf(snippet))]));
}

describe('the snippets of all pages', () => {
  const code = snippets.filter(({ language }) => language === 'ts' || language === 'js');
  const declares = ({ code: text }: Snippet): boolean => text.includes('declare module');

  it('compile as strictly as an application can be', () => {
    expect(code.length).toBeGreaterThan(20);
    const faults = [compile(code.filter((one) => !declares(one))), ...code.filter(declares).map((one) => compile([one]))];
    expect(faults.flatMap((map) => [...map]).filter(([, found]) => found.length > 0)).toEqual([]);
  }, 240_000);

  const runnable = code.filter(({ marks }) => marks.includes('run'));

  it.each(runnable.map((snippet) => [snippet.place, snippet] as const))('run where they say so: %s', (_, snippet) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-snippet-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    symlinkSync(join(ROOT, 'docs/node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'snippet.ts'), snippet.code);
    const { NODE_ENV: _environment, ...env } = process.env;
    const args = ['--conditions=@sallyport/source', '--import', TSX, 'snippet.ts'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 30_000,
      env: { ...env, AUTH_SECRET: 'the secret of tests, 32 bytes long or more' },
    });
    expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  }, 40_000);

  it('are valid shell if they are shell', () => {
    const shell = snippets.filter(({ language }) => language === 'sh');
    expect(shell.length).toBeGreaterThan(5);
    for (const { code: script } of shell) execFileSync('bash', ['-n'], { input: script });
  });
});
