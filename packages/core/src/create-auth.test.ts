import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

it('a process that never calls close can exit: no timer of deliveries or maintenance keeps it running', async () => {
  const script = `
    import { createAuth } from '@sallyport/core';
    import { createMemoryStore, inbox } from '@sallyport/core/testing';
    const mail = inbox();
    const auth = createAuth({ secret: 'x'.repeat(32), store: createMemoryStore(), notifier: mail, passwords: { cost: 4 }, logger: false });
    await auth.api.register({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' });
    await mail.next('email-verification');
    await auth.maintain();
    console.log('the end');`;
  const args = ['--conditions=@sallyport/source', '--import', TSX, '--input-type=module', '-e', script];
  const output = await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: PACKAGE, timeout: 59_000 }, (error, stdout) => resolve([error, stdout]));
  });
  expect(output).toEqual([null, 'the end\n']);
}, 60_000);
