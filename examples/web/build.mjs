// Builds the page into dist/, unless it is up to date. The server's start command runs this each time.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = import.meta.dirname;
const ROOT = join(FOLDER, '../..');
const OUTPUT = join(FOLDER, 'dist');
const STAMP = join(OUTPUT, '.sources');
const SOURCES = ['build.mjs', 'index.html', 'package.json', 'vite.config.ts', 'public', 'src'].map((name) => join(FOLDER, name));

/** Builds the page if it is not up to date. Returns whether it did. */
export async function buildPage() {
  const stamp = stampOf([...SOURCES, join(ROOT, 'packages/client/src'), join(ROOT, 'pnpm-lock.yaml')]);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return false;
  const { build } = await import('vite');
  // Build in a temporary folder: a running server must not miss files, and concurrent builds must not mix theirs.
  const draft = join(FOLDER, `dist.${process.pid}`);
  // Always build for production: a test runner sets another NODE_ENV, for which Vite would include development code.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({ root: FOLDER, logLevel: 'warn', build: { outDir: draft, emptyOutDir: true } });
    writeFileSync(join(draft, '.sources'), stamp);
    rmSync(OUTPUT, { recursive: true, force: true });
    renameSync(draft, OUTPUT);
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
    rmSync(draft, { recursive: true, force: true });
  }
  return true;
}

function stampOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesOf)) hash.update(`${relative(ROOT, file)}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesOf(path) {
  try {
    return readdirSync(path, { withFileTypes: true })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => filesOf(join(path, entry.name)));
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error;
    return /\.test(-kit)?\b/.test(path) ? [] : [path];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const startedAt = performance.now();
  if (await buildPage()) console.log(`The page was built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}
