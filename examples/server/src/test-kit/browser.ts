import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** The Chromium package of Debian, which CI installs. */
const PATH = '/usr/bin/chromium';

export function hasBrowser(): boolean {
  if (existsSync(PATH)) return true;
  process.stderr.write('\nchromium is not installed, so tests in a browser are skipped (CI runs them)\n');
  return false;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Opens a page in a real browser, closed after the test. */
export async function openPage(): Promise<Page> {
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  return browser.newPage();
}
