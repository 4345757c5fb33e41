// Checks the import rules of .dependency-cruiser.mjs, and proves that each of them can fail.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const { options, forbidden } = config;
const PACKAGES = 'packages';

const violationsIn = async (baseDir, more = {}) => {
  const { output } = await cruise([PACKAGES], { ...options, ...more, baseDir, validate: true, ruleSet: { forbidden } });
  return output.summary;
};

/** One file that breaks the rule, with the file that it imports. */
const OFFENCES = {
  'no-circles': ['core/src/model/a.ts', 'core/src/model/b.ts'],
  'core-file-has-a-layer': ['core/src/stray.ts', 'core/src/errors.ts'],
  'published-code-imports-no-tests': ['core/src/model/a.ts', 'core/src/test-kit/b.ts'],
  'adapters-use-public-entries': ['redis/src/a.ts', 'core/src/model/b.ts'],
  'errors-imports-no-higher-layer': ['core/src/errors.ts', 'core/src/ports/b.ts'],
  'ports-imports-no-higher-layer': ['core/src/ports/a.ts', 'core/src/foundation/b.ts'],
  'foundation-imports-no-higher-layer': ['core/src/foundation/a.ts', 'core/src/crypto/b.ts'],
  'crypto-imports-no-higher-layer': ['core/src/crypto/a.ts', 'core/src/telemetry/b.ts'],
  'telemetry-imports-no-higher-layer': ['core/src/telemetry/a.ts', 'core/src/model/b.ts'],
  'model-imports-no-higher-layer': ['core/src/model/a.ts', 'core/src/features/login/options.ts'],
  'options-imports-no-higher-layer': ['core/src/features/login/options.ts', 'core/src/config.ts'],
  'config-imports-no-higher-layer': ['core/src/config.ts', 'core/src/services/b.ts'],
  'services-imports-no-higher-layer': ['core/src/services/a.ts', 'core/src/context.ts'],
  'context-imports-no-higher-layer': ['core/src/context.ts', 'core/src/features/login/login.ts'],
  'rules-imports-no-higher-layer': ['core/src/features/profile/a.ts', 'core/src/http/b.ts'],
  'http-imports-no-higher-layer': ['core/src/http/a.ts', 'core/src/features/login/b.ts'],
  'features-imports-no-higher-layer': ['core/src/features/login/a.ts', 'core/src/router/b.ts'],
  'router-imports-no-higher-layer': ['core/src/router/a.ts', 'core/src/create-auth.ts'],
  'composition-imports-no-higher-layer': ['core/src/create-auth.ts', 'core/src/index.ts'],
};

/** For each rule of a package: an import of a package that the rule does not allow. */
const betweenPackages = forbidden
  .map(({ name }) => name)
  .filter((name) => name.includes('-imports-only-'))
  .map((name) => [name, [`${name.split('-imports-only-')[0]}/src/a.ts`, 'unknown/src/b.ts']]);

async function planted([from, to]) {
  const root = await mkdtemp(join(tmpdir(), 'layers-'));
  try {
    const specifier = `${'../'.repeat(from.split('/').length - 1)}${to.replace(/\.ts$/, '.js')}`;
    const back = `${'../'.repeat(to.split('/').length - 1)}${from.replace(/\.ts$/, '.js')}`;
    for (const [path, text] of [
      [to, `import type { A } from '${back}';\nexport type B = A | 1;\n`],
      [from, `import type { B } from '${specifier}';\nexport type A = B | 2;\n`],
    ]) {
      await mkdir(dirname(join(root, PACKAGES, path)), { recursive: true });
      await writeFile(join(root, PACKAGES, path), text);
    }
    return await violationsIn(root, { tsConfig: undefined });
  } finally {
    await rm(root, { recursive: true });
  }
}

const { violations, totalCruised, totalDependenciesCruised } = await violationsIn(process.cwd());
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`);

const offences = new Map([...Object.entries(OFFENCES), ...betweenPackages]);
const ineffective = [];
for (const { name } of forbidden) {
  const offence = offences.get(name);
  const found = offence === undefined ? [] : (await planted(offence)).violations;
  if (!found.some(({ rule }) => rule.name === name)) ineffective.push(name);
}
for (const name of ineffective) console.error(`${name}: a planted violation was not found, or none is defined in this script`);

console.log(
  `${violations.length} violations in ${totalCruised} files with ${totalDependenciesCruised} imports; ${forbidden.length - ineffective.length} of ${forbidden.length} rules can fail`,
);
process.exitCode = violations.length + ineffective.length === 0 ? 0 : 1;
