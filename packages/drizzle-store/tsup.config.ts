import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = { ...base, entry: { index: 'src/index.ts', 'postgres/index': 'src/postgres/index.ts' } };

export default options;
