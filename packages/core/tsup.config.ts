import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = {
  ...base,
  entry: {
    index: 'src/index.ts',
    'opentelemetry/index': 'src/opentelemetry/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
};

export default options;
