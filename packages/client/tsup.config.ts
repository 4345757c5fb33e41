import type { Options } from 'tsup';
import { base } from '../../tsup.base.js';

const options: Options = {
  ...base,
  platform: 'neutral',
  target: 'es2022',
  // Minified, because visitors of web pages download this code.
  minify: true,
  // The table of routes is a separate chunk, so that its size can be measured separately: it grows with the server.
  entry: { index: 'src/index.ts', routes: 'src/routes.ts', 'passkeys/index': 'src/passkeys/index.ts', 'react/index': 'src/react/index.ts' },
  dts: {
    entry: { index: 'src/index.ts', 'passkeys/index': 'src/passkeys/index.ts', 'react/index': 'src/react/index.ts' },
    compilerOptions: {
      ...(typeof base.dts === 'object' ? base.dts.compilerOptions : {}),
      // Browser projects do not install core: with these paths, its types are copied into the declarations.
      paths: { '@sallyport/core': ['../core/dist/index.d.ts'] },
    },
  },
};

export default options;
