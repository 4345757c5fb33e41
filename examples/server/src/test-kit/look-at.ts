import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Screenshots of each page, for inspection. Git ignores them. */
const PICTURES = fileURLToPath(new URL('../../../web/pictures', import.meta.url));
const SIZES = [['wide', { width: 1200, height: 800 }], ['narrow', { width: 360, height: 740 }]] as const;

/** The structure is the same in both colour schemes, so the dark one is checked for contrast only. */
const RULES = { light: {}, dark: { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } } } as const;

/**
 * Checks a page in light and dark, wide and narrow: stores screenshots, and expects that axe finds no serious problem and that nothing
 * is cut off at a width of 360 pixels.
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [size, viewport] of SIZES) {
      await page.setViewportSize(viewport);
      // A dialog is centred in the window, not in the page.
      const fullPage = (await page.getByRole('dialog').count()) === 0;
      await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}-${size}.png`), fullPage, animations: 'disabled' });
      expect([name, size, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([name, size, 0]);
    }
    expect([name, colorScheme, await seriousFaults(page, RULES[colorScheme])]).toEqual([name, colorScheme, []]);
  }
  await page.setViewportSize(SIZES[0][1]);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function seriousFaults(page: Page, options: object): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** The screenshot for the README, small enough for a repository. */
export async function pictureForReadme(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, 'readme.webp'), Buffer.from(data, 'base64'));
}
