import { describe, expect, it } from 'vitest';
import { read, rowsOf, sectionOf } from './pages.js';
import { promises, testsById } from './promises.js';

const linksIn = (cell: string): string[] => [...cell.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);

describe('docs/security.md', () => {
  const tests = testsById();

  it('has exactly the ids that test titles begin with', () => {
    expect(promises().length).toBeGreaterThan(40);
    expect(promises().map(({ id }) => id).toSorted()).toEqual([...tests.keys()].toSorted());
  });

  it('lists exactly the tests of each promise', () => {
    for (const { id, tests: cell } of promises()) {
      const named = linksIn(cell);
      expect([id, named.length > 0]).toEqual([id, true]);
      expect([id, named.filter((path) => !tests.get(id)?.includes(path))]).toEqual([id, []]);
    }
  });
});

describe('README.md', () => {
  it('names a test for every promise in it', () => {
    const rows = rowsOf(sectionOf('README.md', 'What you get that others leave to you'));
    expect(rows.length).toBeGreaterThan(8);
    for (const [, ids = '', link = ''] of rows) {
      const path = /\]\(([^)]+)\)/.exec(link)?.[1] ?? '';
      for (const id of ids.split(', ')) expect([id, path, testsById().get(id)?.includes(path)]).toEqual([id, path, true]);
      expect(read(path)).not.toBe('');
    }
  });
});
