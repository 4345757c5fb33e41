import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = {
  ...base,
  entry: { index: 'src/index.ts', 'postgres/index': 'src/postgres/index.ts' },
  // docs/decisions/0024: a hundred files of drizzle-orm would be most of what a process loads at its start.
  noExternal: [/^drizzle-orm/],
};

export default options;
