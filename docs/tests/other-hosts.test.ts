import { expect, it } from 'vitest';
import { read } from './pages.js';

it('docs/other-hosts.md shows the files that the suite runs', () => {
  const shown = [...read('docs/other-hosts.md').matchAll(/<!-- code: (\S+) -->\n```ts\n([^]*?)^```$/gm)];
  expect(shown.length).toBeGreaterThan(5);
  for (const [, file = '', code] of shown) expect(code).toBe(read(file));
});
