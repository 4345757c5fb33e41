// Writes packages/drizzle-store/src/migrations.ts from the folder `packages/drizzle-store/drizzle`, which drizzle-kit writes.
// A bundled server does not have that folder, and may have one of its own. With `--print`, only prints the file.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../packages/drizzle-store/drizzle');
const target = resolve(import.meta.dirname, '../packages/drizzle-store/src/migrations.ts');

const { entries } = JSON.parse(readFileSync(resolve(folder, 'meta/_journal.json'), 'utf8'));

/** The statements of a file, without comments. */
function statementsOf(/** @type {string} */ tag) {
  const statements = readFileSync(resolve(folder, `${tag}.sql`), 'utf8').split('--> statement-breakpoint');
  return statements.map((statement) => statement.replaceAll(/^--.*$/gm, '').trim()).filter((statement) => statement !== '');
}

/** The statement with names in double quotes, and with a placeholder for the tables' prefix. */
function inTypeScript(/** @type {string} */ statement) {
  if (/\\|\$\{/.test(statement)) throw new Error(`Cannot be put into a template literal: ${statement}`);
  return statement.replaceAll('`', '"').replaceAll(/"(__new_)?auth_(?=\w+")/g, (_, start = '') => `"${start}\${prefix}`);
}

const migrations = entries.map(({ tag }) => {
  const statements = statementsOf(tag).map((statement) => `      \`${inTypeScript(statement)}\`,\n`);
  const list = statements.length === 0 ? '[]' : `[\n${statements.join('')}    ]`;
  return `  {\n    tag: '${tag}',\n    statements: (${list.includes('${prefix}') ? 'prefix' : ''}) => ${list},\n  },\n`;
});

const text = `// oxlint-disable max-lines
// Made by scripts/make-migrations.mjs of what drizzle-kit wrote into the folder \`drizzle\`.
import type { Migration } from './migration.js';

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [
${migrations.join('')}];
`;

if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(target, text);
