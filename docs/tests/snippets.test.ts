import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, whyNoServer } from '../../packages/drizzle-store/src/postgres/server.test-kit.js';
import { faultsOf, programOf } from './compiler.js';
import { filesOf, pages, read, snippetsOf } from './pages.js';
import type { Snippet } from './pages.js';
import { runSnippet } from './run-snippet.js';

const snippets = pages().flatMap(snippetsOf);
const noServer = await whyNoServer();

/** The names that a snippet may use without declaring them. */
const AROUND = `
import type { Auth, AuthStore } from '@sallyport/core';
import type { Express } from 'express';
declare global {
  const auth: Auth;
  const store: AuthStore;
  const app: Express;
}`;

const fileOf = ({ place, language }: Snippet): string => `${place.replaceAll(/[^\w]/g, '-')}.${language === 'js' ? 'mjs' : language}`;

/** Snippets that declare `Register` get their own program, because the declaration would affect all others. */
function compile(some: readonly Snippet[]): Map<string, string[]> {
  const program = programOf({ 'around.ts': AROUND, ...Object.fromEntries(some.map((snippet) => [fileOf(snippet), snippet.code])) });
  return new Map(some.map((snippet) => [snippet.place, faultsOf(program, fileOf(snippet))]));
}

const isCode = ({ language }: Snippet): boolean => ['ts', 'tsx', 'js'].includes(language);
const isExcerpt = ({ marks }: Snippet): boolean => marks.includes('excerpt');
const isRun = ({ marks }: Snippet): boolean => marks.includes('run') || marks.includes('start');
const needsPostgres = ({ marks }: Snippet): boolean => marks.includes('postgres');

describe('the snippets of all pages', () => {
  const code = snippets.filter((snippet) => isCode(snippet) && !isExcerpt(snippet));
  const declares = ({ code: text }: Snippet): boolean => text.includes('declare module');

  it('compile with the strictest settings', () => {
    expect(code.length).toBeGreaterThan(20);
    const faults = [compile(code.filter((one) => !declares(one))), ...code.filter(declares).map((one) => compile([one]))];
    expect(faults.flatMap((map) => [...map]).filter(([, found]) => found.length > 0)).toEqual([]);
  }, 240_000);

  it('are parts of the example page where they say so', () => {
    const sources = filesOf('examples/web/src').map((file) => withoutIndent(read(file)));
    const excerpts = snippets.filter(isExcerpt);
    expect(excerpts.length).toBeGreaterThan(0);
    expect(excerpts.filter((excerpt) => !sources.some((source) => source.includes(withoutIndent(excerpt.code))))).toEqual([]);
  });

  const runnable = code.filter((snippet) => isRun(snippet) && !needsPostgres(snippet));

  it.each(runnable.map((snippet) => [snippet.place, snippet] as const))('run if they are marked so: %s', async (_, snippet) => {
    expect(await runSnippet(snippet)).toEqual({ status: 0, faults: '' });
  }, 60_000);

  it.skipIf(noServer !== null)('run on a PostgreSQL where they need one', async () => {
    const onPostgres = code.filter(needsPostgres);
    expect(onPostgres.length).toBeGreaterThan(0);
    for (const snippet of onPostgres) {
      const { url, drop } = await createTestDatabase();
      expect(await runSnippet(snippet, { DATABASE_URL: url })).toEqual({ status: 0, faults: '' });
      await drop();
    }
  }, 60_000);

  it('are run where they are in a README, each of them', () => {
    const readmes = code.filter(({ place }) => /^(packages\/[\w-]+\/)?README\.md:/.test(place));
    expect(new Set(readmes.map(({ place }) => place.split(':')[0])).size).toBe(8);
    expect(readmes.filter((snippet) => !isRun(snippet)).map(({ place }) => place)).toEqual([]);
  });

  it('are valid shell if they are shell', () => {
    const shell = snippets.filter(({ language }) => language === 'sh');
    expect(shell.length).toBeGreaterThan(5);
    for (const { code: script } of shell) execFileSync('bash', ['-n'], { input: script });
  });
});

function withoutIndent(text: string): string {
  return text.replaceAll(/^\s+/gm, '').trim();
}
