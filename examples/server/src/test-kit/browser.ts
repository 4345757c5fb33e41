import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Debian's, which CI installs. */
const PATH = '/usr/bin/chromium';

export function hasBrowser(): boolean {
  if (existsSync(PATH)) return true;
  process.stderr.write('\nchromium is not installed: the page of the routes is not opened here (CI does)\n');
  return false;
}

/** A page of a real browser, until the test is over. */
export async function openPage(): Promise<Page> {
  const browser = await chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  onTestFinished(() => browser.close());
  return browser.newPage();
}
