import type { Options } from 'tsup';

/** How every package is built; a package adds its entries. */
export const base: Options = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  clean: true,
  // tsup would cut `node:` off, and some builtins have no other name.
  removeNodeProtocol: false,
  dts: {
    compilerOptions: {
      // tsup sets baseUrl, which TypeScript 6 refuses without this.
      ignoreDeprecations: '6.0',
      composite: false,
      // Declarations are made against the built packages, as their users will see them.
      customConditions: [],
    },
  },
};
