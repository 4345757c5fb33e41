import { describe, expect, it } from 'vitest';
import { layers, PAGE, withPicture } from './layers.js';
import { filesOf, read, rowsOf, sectionOf } from './pages.js';

describe(PAGE, () => {
  it('lists the layers of the import rules, from the lowest to the highest', async () => {
    const shown = rowsOf(sectionOf(PAGE, 'Layers of core')).map(([name = '']) => name);
    expect(shown.slice(0, -5)).toEqual((await layers()).map(([name]) => name));
  });

  it('shows the layers that the imports in the sources form', async () => {
    expect(read(PAGE)).toBe(await withPicture(read(PAGE)));
  });

  it('lists every package', () => {
    const shown = rowsOf(sectionOf(PAGE, 'Packages')).map(([name = '']) => name.replaceAll('`', ''));
    const there = filesOf('packages').filter((path) => /^packages\/[\w-]+\/package\.json$/.test(path));
    expect(shown.filter((name) => name.startsWith('packages/')).toSorted()).toEqual(
      there.map((path) => path.replace('/package.json', '')).toSorted(),
    );
  });
});
