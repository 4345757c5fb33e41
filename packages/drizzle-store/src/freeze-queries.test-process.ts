import { writeFileSync } from 'node:fs';
import { MIGRATIONS } from './migrations.js';
import { listStatements as listOfPostgres } from './postgres/statements.test-kit.js';
import { MIGRATIONS as MIGRATIONS_OF_POSTGRES } from './postgres/migrations/migrations.js';
import { listStatements } from './statements.test-kit.js';

// Run at a release: writes the queries of this version to a file. They must work on the tables of later versions.
const released = { sqlite: [MIGRATIONS, await listStatements()], postgres: [MIGRATIONS_OF_POSTGRES, await listOfPostgres()] } as const;

for (const [database, [migrations, statements]] of Object.entries(released)) {
  const file = new URL(`../released/${database}-${migrations.at(-1)?.tag}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(statements, null, 1)}\n`);
}
