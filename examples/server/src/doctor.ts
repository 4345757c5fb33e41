// Prints problems and how to fix them. Exits with 1 if one of them is an error.
import { openAuth } from './auth.js';
import { examineSettings } from './examine-settings.js';
import type { ServerFinding } from './examine-settings.js';
import { explain } from './explain.js';
import { loadSettings } from './load-settings.js';

async function examine(): Promise<readonly ServerFinding[]> {
  const settings = loadSettings();
  // Read-only: nothing is migrated, delivered or purged.
  const auth = await openAuth(settings, { logger: false, migrate: false, delivery: false, maintenance: false });
  try {
    return [...examineSettings(settings), ...(await auth.doctor())];
  } finally {
    await auth.close();
  }
}

function print({ severity, id, problem, remedy }: ServerFinding): void {
  console.log(`${severity.padEnd(7)}  ${id}\n         ${problem}.\n         → ${remedy}.`);
}

examine().then(
  (findings) => {
    findings.forEach(print);
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    console.log(`${errors} error${errors === 1 ? '' : 's'}, ${findings.length - errors} warning${findings.length - errors === 1 ? '' : 's'}`);
    process.exitCode = errors > 0 ? 1 : 0;
  },
  (error: unknown) => {
    console.error(explain(error));
    process.exitCode = 1;
  },
);
