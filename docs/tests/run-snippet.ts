import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { ROOT } from './pages.js';
import type { Snippet } from './pages.js';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const urlOf = (file: string): string => pathToFileURL(join(ROOT, 'docs/tests', file)).href;

/** Settings in the form that the pages ask for. Nothing answers at these addresses. */
const SETTINGS: Readonly<Record<string, string>> = {
  AUTH_SECRET: 'the secret of tests, 32 bytes long or more',
  DATABASE_URL: 'file:./app.db',
  REDIS_URL: 'redis://127.0.0.1:1',
  SMTP_HOST: '127.0.0.1',
  SMTP_USER: 'mailer',
  SMTP_PASSWORD: 'password',
  EMAIL_FROM: 'Example <mail@example.com>',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  SMS_FROM: '+15005550006',
  GOOGLE_CLIENT_ID: 'google',
  GOOGLE_CLIENT_SECRET: 'secret',
  GITHUB_CLIENT_ID: 'github',
  GITHUB_CLIENT_SECRET: 'secret',
  MICROSOFT_CLIENT_ID: 'microsoft',
  MICROSOFT_CLIENT_SECRET: 'secret',
  WORK_CLIENT_SECRET: 'secret',
  APPLE_PRIVATE_KEY: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

/** Loads what would go on for ever, such as a server, and ends it. */
const START = `import { setTimeout as sleep } from 'node:timers/promises';
await import('./snippet.js');
await sleep(200);
process.exit(0);`;

/** Renders a component as a server would. */
const RENDER = `import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './snippet.js';
if (renderToString(createElement(App)) === '') throw new Error('nothing was rendered');`;

export interface SnippetRun {
  readonly status: unknown;
  /** What it printed if it failed. */
  readonly faults: string;
}

/**
 * Runs a snippet in a folder and a process of its own. `run`: until it ends. `start`: until it is loaded. With `page`, as a page of
 * a browser would: `/auth` is served, and it has to print that somebody is signed in. A component is rendered.
 */
export async function runSnippet({ code, language, marks }: Snippet, settings: Readonly<Record<string, string>> = {}): Promise<SnippetRun> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-snippet-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'docs/node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "jsx": "react-jsx" } }');
  const [isComponent, isPage] = [language === 'tsx', marks.includes('page')];
  const file = `snippet.${isComponent ? 'tsx' : 'ts'}`;
  // A port that is free.
  writeFileSync(join(folder, file), code.replace('.listen(3000', '.listen(0'));
  writeFileSync(join(folder, 'main.ts'), isComponent ? RENDER : START);
  const args = [
    '--conditions=@sallyport/source', '--import', TSX, '--import', urlOf('snippet-world.ts'),
    ...(isPage ? ['--import', urlOf('snippet-page.ts')] : []),
    isComponent || marks.includes('start') ? 'main.ts' : file,
  ];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, { cwd: folder, timeout: 40_000, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH, HOME, ...SETTINGS, ...settings } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (output += text));
  const [status]: readonly unknown[] = await once(child, 'close');
  const isRight = status === 0 && (!isPage || output.includes('signed-in'));
  return { status, faults: isRight ? '' : output };
}
