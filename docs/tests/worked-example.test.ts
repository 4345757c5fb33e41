import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise } from 'dependency-cruiser';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITS } from '../examples/api-keys/edits.js';
import type { Edit } from '../examples/api-keys/edits.js';
import { codesIn, filesOf, read, ROOT, rowsOf, sectionOf } from './pages.js';

const EXAMPLE = 'docs/examples/api-keys';
const added = filesOf(`${EXAMPLE}/packages`).map((path) => path.slice(`${EXAMPLE}/`.length));
const edited = [...new Set(EDITS.map(({ file }) => file))];

/** A copy of core with the feature, in a new folder. */
let project = '';

function apply({ file, below, insert }: Edit): void {
  const path = join(project, file);
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf(below);
  if (at === -1) throw new Error(`${file} has no line "${below}"`);
  const end = text.indexOf('\n', at + below.length);
  writeFileSync(path, `${text.slice(0, end)}\n${insert}${text.slice(end)}`);
}

beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-example-')));
  const core = join(project, 'packages/core');
  mkdirSync(core, { recursive: true });
  cpSync(join(ROOT, 'packages/core/src'), join(core, 'src'), { recursive: true });
  cpSync(join(ROOT, 'packages/core/package.json'), join(core, 'package.json'));
  cpSync(join(ROOT, 'tsconfig.base.json'), join(project, 'tsconfig.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  symlinkSync(join(ROOT, 'packages/core/node_modules'), join(core, 'node_modules'));
  for (const file of added) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    cpSync(join(ROOT, EXAMPLE, file), join(project, file));
  }
  EDITS.forEach(apply);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the worked example of docs/architecture.md', () => {
  it('touches at most twelve existing files, which the page lists', () => {
    expect(edited.length).toBeLessThanOrEqual(12);
    const shown = rowsOf(sectionOf('docs/architecture.md', 'Adding a feature: a worked example')).flatMap(([cell = '']) => codesIn(cell));
    expect(shown.toSorted()).toEqual([...added, ...edited].map((path) => path.replace('packages/core/src/', '')).toSorted());
  });

  it('compiles with the settings of core', () => {
    const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(project, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')).config, ts.sys, project);
    const entries = ['index.ts', 'testing/index.ts', 'features/api-keys/create-api-key.test.ts'];
    const program = ts.createProgram(entries.map((entry) => join(project, 'packages/core/src', entry)), options);
    const faults = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(faults).toEqual([]);
  }, 240_000);

  it('follows the layers of core', async () => {
    const rules: unknown = await import(pathToFileURL(join(ROOT, '.dependency-cruiser.mjs')).href);
    const { forbidden, options } = Object(rules).default;
    const { output } = await cruise(['packages'], { ...options, baseDir: project, tsConfig: undefined, validate: true, ruleSet: { forbidden } });
    const violations = typeof output === 'string' ? [output] : output.summary.violations;
    expect(violations.map((violation) => JSON.stringify(violation))).toEqual([]);
  }, 120_000);

  it('passes its own tests and the store contract', () => {
    const tests = ['packages/core/src/features/api-keys', 'packages/core/src/testing/memory/memory-store.test.ts'];
    const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', project, ...tests];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: project, env: { ...process.env, NO_COLOR: '1' } });
    expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/create-api-key\.test\.ts/);
  }, 180_000);

  it('contains the code that the page shows', () => {
    const page = read('docs/architecture.md');
    const shown = [...page.matchAll(/<!-- code: (\S+) -->\n```ts\n([^]*?)^```$/gm)];
    expect(shown.length).toBeGreaterThan(0);
    for (const [, file = '', code = ''] of shown) expect(read(`${EXAMPLE}/packages/core/src/${file}`)).toContain(code.trim());
  });
});
