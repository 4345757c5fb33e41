/**
 * The architecture as rules. Each layer lists the layers that it may import; the order is the picture in
 * docs/architecture.md. `pnpm check:layers` runs them, types included, and proves that each rule can fail.
 */

const CORE = '^packages/core/src/';

/** Layers of core, lowest first: a layer may import itself and the layers before it in this list. No file is in two of them. */
export const LAYERS = {
  errors: 'errors\\.ts$',
  ports: 'ports/',
  foundation: 'foundation/',
  crypto: 'crypto/',
  telemetry: 'telemetry/',
  model: 'model/',
  options: 'features/[^/]+/options\\.ts$',
  config: '(?:auth-)?config\\.ts$',
  services: 'services/',
  context: '(context|unit-of-work)\\.ts$',
  rules: 'features/(permissions|profile)/(?!options\\.ts$)',
  http: 'http/',
  features: 'features/(?!permissions/|profile/)(?![^/]+/options\\.ts$)',
  router: 'router/',
  composition: '(auth|create-auth|create-context)\\.ts$',
  entries: '(index\\.ts$|opentelemetry/|testing/)',
};

const TESTS = ['\\.test\\.ts$', '/test-kit/', '\\.test-process\\.ts$'];

const upwards = Object.keys(LAYERS)
  .slice(0, -1)
  .map((name, index, names) => ({
    name: `${name}-imports-no-higher-layer`,
    severity: 'error',
    from: { path: CORE + LAYERS[name], pathNot: TESTS },
    to: { path: [...names, 'entries'].slice(index + 1).map((higher) => CORE + LAYERS[higher]) },
  }));

/** What each package may import of the others. */
const PACKAGES = {
  core: [],
  'express-adapter': ['core'],
  'drizzle-store': ['core'],
  notifiers: ['core'],
  redis: ['core'],
  providers: ['core'],
  client: ['core'],
};

const between = Object.entries(PACKAGES).map(([name, allowed]) => ({
  name: `${name}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src/`, pathNot: TESTS },
  to: { path: '^packages/', pathNot: [name, ...allowed].map((other) => `^packages/${other}/`) },
}));

export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Types count too: a circle means that neither file can be read alone.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: TESTS },
      to: { circular: true },
    },
    {
      name: 'core-file-has-a-layer',
      comment: 'A file outside of every layer could import anything.',
      severity: 'error',
      from: { path: CORE, pathNot: [...Object.values(LAYERS).map((pattern) => CORE + pattern), ...TESTS] },
      to: {},
    },
    {
      name: 'published-code-imports-no-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'adapters-use-public-entries',
      comment: 'Another package reaches core by its name, never by a path into its sources.',
      severity: 'error',
      from: { path: '^packages/(?!core/)[^/]+/src/', pathNot: TESTS },
      to: { path: CORE, pathNot: [`${CORE}(index|testing/index|opentelemetry/index)\\.ts$`] },
    },
    ...upwards,
    ...between,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['@sallyport/source', 'import', 'types', 'default'], exportsFields: ['exports'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/'] },
  },
};
