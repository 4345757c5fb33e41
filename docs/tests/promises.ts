import { filesOf, read, rowsOf } from './pages.js';

export const PAGE = 'docs/security.md';

/** Titles that begin with ids, such as `it('S6, L4: …')`, also after a table of cases, whose last line is `])('L4: …'`. */
const TITLE = /(?:\b(?:it|test|describe)(?:\.\w+(?:\([^()]*\))?)*|^\s*\]\))\(\s*['"`]((?:[A-Z]\d+, )*[A-Z]\d+): /gm;

export interface Promised {
  readonly id: string;
  readonly text: string;
  readonly tests: string;
}

export function promises(): Promised[] {
  return rowsOf(read(PAGE)).map(([id = '', text = '', tests = '']) => ({ id, text, tests }));
}

/** The test files that prove a promise, by its id. Contracts of ports are run by the tests of every store. */
export function testsById(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of filesOf()) {
    if (!/\.test\.ts$|\/contract\/[\w-]+\.ts$/.test(path)) continue;
    const ids = new Set([...read(path).matchAll(TITLE)].flatMap(([, list = '']) => list.split(', ')));
    for (const id of ids) found.set(id, [...(found.get(id) ?? []), path]);
  }
  return found;
}

/** The cell with a promise's tests: one link for each file. */
export function cellOf(paths: readonly string[]): string {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/(\.test)?\.ts$/, '');
  return paths
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .map((path) => `[${nameOf(path)}](../${path})`)
    .join(', ');
}

/** The page with the column of tests filled in. */
export function withTests(page: string): string {
  const tests = testsById();
  return page.replaceAll(/^\| ([A-Z]\d+) \| (.*) \|[^|\n]*\|$/gm, (_, id: string, text: string) =>
    `| ${id} | ${text} | ${cellOf(tests.get(id) ?? [])} |`,
  );
}
