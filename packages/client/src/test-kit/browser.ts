import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Express } from 'express';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** The Chromium package of Debian, which CI installs. */
const PATH = '/usr/bin/chromium';

export function hasBrowser(): boolean {
  if (existsSync(PATH)) return true;
  process.stderr.write('\nchromium is not installed, so tests in a browser are skipped (CI runs them)\n');
  return false;
}

export interface BrowserOptions {
  readonly args?: readonly string[];
  readonly ignoreHTTPSErrors?: boolean;
}

/** A real browser with an empty profile, closed after the test. Its tabs share storage and cookies. */
export async function openBrowser({ args = [], ignoreHTTPSErrors = false }: BrowserOptions = {}): Promise<BrowserContext> {
  const browser = await chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
  onTestFinished(() => browser.close());
  return browser.newContext({ ignoreHTTPSErrors });
}

/** Serves a page that runs this module, bundled as in an application. `import '@sallyport/client'` works in it. */
export async function servePage(app: Express, source: string): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    conditions: ['@sallyport/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const script = outputFiles[0]?.text ?? '';
  app.get('/page.js', (_req, res) => void res.type('js').send(script));
  app.get('/', (_req, res) => void res.type('html').send('<!doctype html><title>A page</title><main id="app"></main><script type="module" src="/page.js"></script>'));
}
