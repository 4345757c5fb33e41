import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Debian's, which CI installs. */
const PATH = '/usr/bin/chromium';

export function hasBrowser(): boolean {
  if (existsSync(PATH)) return true;
  process.stderr.write('\nchromium is not installed: no page is opened here (CI does)\n');
  return false;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page of a real browser, until the test is over. */
export async function openPage(): Promise<Page> {
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  return browser.newPage();
}
