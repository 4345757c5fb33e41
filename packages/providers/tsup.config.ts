import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = { ...base, entry: { index: 'src/index.ts' } };

export default options;
