import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, pages, read, ROOT } from './pages.js';
import { promises } from './promises.js';

/** The text without its code blocks, whose links do not count. */
const prose = (page: string): string => read(page).replace(/^```[^]*?^```$/gm, '');

/** Anchors as GitHub generates them. */
const slug = (heading: string): string =>
  heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(' ', '-');

const anchorsOf = (page: string): string[] => [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slug(heading));

interface Link {
  readonly page: string;
  readonly target: string;
}

const links: readonly Link[] = pages().flatMap((page) =>
  [...prose(page).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
);

/** Why a link is broken, if it is. */
function brokenBy({ page, target }: Link): string | null {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, file))) return `${page}: ${target}: no such file`;
  if (anchor === undefined || !file.endsWith('.md')) return null;
  return anchorsOf(file).includes(anchor) ? null : `${page}: ${target}: no such heading`;
}

describe('the pages', () => {
  it('link to files and headings that exist', () => {
    const local = links.filter(({ target }) => !/^[a-z]+:/.test(target));
    expect(local.length).toBeGreaterThan(100);
    expect(local.map(brokenBy).filter((fault) => fault !== null)).toEqual([]);
  });

  it('link to other sites by https only', () => {
    expect(links.filter(({ target }) => /^[a-z]+:/.test(target) && !target.startsWith('https:'))).toEqual([]);
  });

  it('name files of the repository that exist', () => {
    const paths = pages().flatMap((page) =>
      [...prose(page).matchAll(/`((?:packages|examples|docs|bench|scripts|\.ci)\/[\w./-]*\w)`/g)].map(([, path = '']) => ({ page, path })),
    );
    expect(paths.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('are all in the index, and those of packages too', () => {
    const indexed = links.filter(({ page }) => page === 'docs/README.md').map(({ target }) => join('docs', target.split('#')[0] ?? ''));
    const expected = pages().filter((page) => /^docs\/[\w-]+\.md$|^packages\/[\w-]+\/README\.md$/.test(page) && page !== 'docs/README.md');
    expect(expected.filter((page) => !indexed.includes(page))).toEqual([]);
  });

  it('of decisions are all in their index', () => {
    const indexed = links.filter(({ page }) => page === 'docs/decisions/README.md').map(({ target }) => join('docs/decisions', target));
    const expected = pages().filter((page) => /^docs\/decisions\/\d/.test(page));
    expect(expected.filter((page) => !indexed.includes(page))).toEqual([]);
  });

  it('of packages link only to files that are published with them', () => {
    const published = links.filter(({ page }) => page.startsWith('packages/'));
    expect(published.filter(({ target }) => !target.startsWith('https:') && !target.startsWith('#'))).toEqual([]);
  });

  it('of packages name the page on CommonJS, TypeScript and bundlers', () => {
    const readmes = pages().filter((page) => /^packages\/[\w-]+\/README\.md$/.test(page));
    expect(readmes).toHaveLength(7);
    expect(readmes.filter((page) => !read(page).includes('docs/bundling-and-typescript.md'))).toEqual([]);
  });

  it('name only scripts that the manifest has', () => {
    const manifest = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const builtIn = new Set(['install', 'exec', 'run', 'add', 'pack']);
    const called = pages().flatMap((page) =>
      [...read(page).matchAll(/\bpnpm(?:@[\d.]+)? (?!--filter)([a-z][\w:-]*)/g)].map(([, script = '']) => ({ page, script })),
    );
    expect(called.filter(({ script }) => !builtIn.has(script) && !Object.hasOwn(manifest.scripts, script))).toEqual([]);
  });
});

it('no text file has the marks of an unfinished merge', () => {
  const texts = filesOf().filter((path) => /\.(md|tsx?|m?js|json|ya?ml|sql|css|html)$/.test(path));
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.filter((path) => /^(<{7}|>{7}) /m.test(read(path)))).toEqual([]);
});

describe('comments in the sources', () => {
  const sources = filesOf().filter((path) => /\.(ts|mjs)$/.test(path) && statSync(join(ROOT, path)).isFile());

  it('cite promises that docs/security.md makes', () => {
    const known = new Set(promises().map(({ id }) => id));
    const cited = sources.flatMap((path) =>
      [...read(path).matchAll(/security\.md,? ([A-Z]\d+(?:(?:,? and|,) [A-Z]\d+)*)/g)].flatMap(([, ids = '']) =>
        [...ids.matchAll(/[A-Z]\d+/g)].map(([id]) => ({ path, id })),
      ),
    );
    expect(cited.length).toBeGreaterThan(50);
    expect(cited.filter(({ id }) => !known.has(id))).toEqual([]);
  });

  it('cite pages that exist, and headings of docs/http-api.md', () => {
    const text = sources.map((path) => ({ path, text: read(path) }));
    const named = text.flatMap(({ path, text: code }) =>
      [...code.matchAll(/^\s*(?:\/\/|\*|\/\*\*).*?(?<![\w./-])((?:docs\/)?[a-z-]+\.md)(?:, (The `auth` block|The auth block|Access levels|Errors|Envelope|Routes))?/gm)].map(
        ([, page = '', heading]) => ({ path, page: page.startsWith('docs/') ? page : `docs/${page}`, heading }),
      ),
    );
    const broken = named.filter(
      ({ page, heading }) =>
        !existsSync(join(ROOT, page)) || (heading !== undefined && !anchorsOf(page).includes(slug(heading))),
    );
    expect(broken).toEqual([]);
  });
});
