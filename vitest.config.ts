import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Only this one name, in both places: naming `import` or `default` here replaces the rest of the list and breaks Express.
const conditions = ['@sallyport/source'];

const CORE = 'packages/core/src/**/*.test.ts';

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Vitest would leave one core to itself, which is half of a small machine.
    maxWorkers: availableParallelism(),
    // bcrypt at its production cost takes 250 ms, and much more where two cores share eight files.
    testTimeout: 20_000,
    projects: [
      // The files of core share their modules, whose import would take longer than many of the tests.
      { extends: true, test: { name: 'core', include: [CORE], isolate: false } },
      { extends: true, test: { name: 'others', include: ['{packages,examples}/*/src/**/*.test.ts', 'docs/tests/**/*.test.ts'], exclude: [CORE] } },
    ],
    coverage: {
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
    },
  },
});

export default config;
