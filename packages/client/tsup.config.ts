import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = {
  ...base,
  platform: 'neutral',
  target: 'es2022',
  // What the package weighs is what its users' visitors load.
  minify: true,
  // The table of routes by itself, so that what grows with the server can be told from what does not.
  entry: { index: 'src/index.ts', routes: 'src/routes.ts', 'passkeys/index': 'src/passkeys/index.ts', 'react/index': 'src/react/index.ts' },
  dts: {
    entry: { index: 'src/index.ts', 'passkeys/index': 'src/passkeys/index.ts', 'react/index': 'src/react/index.ts' },
    compilerOptions: {
      ...(typeof base.dts === 'object' ? base.dts.compilerOptions : {}),
      // A browser's project has no use for core: by these paths the types that come from there are copied into the declarations.
      paths: { '@sallyport/core': ['../core/dist/index.d.ts'] },
    },
  },
};

export default options;
