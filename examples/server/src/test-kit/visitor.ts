import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ServedWeb } from './served-web.js';

export const PASSWORD = 'seven violet otters';

/** A user with their own browser. */
export interface Visitor {
  readonly page: Page;
  readonly open: (path: string) => Promise<void>;
  /** Waits for the page with this heading. */
  readonly sees: (heading: string) => Promise<void>;
  readonly fill: (fields: Readonly<Record<string, string>>) => Promise<void>;
  readonly press: (button: string) => Promise<void>;
  readonly follow: (link: string) => Promise<void>;
  /** Presses a button in the open dialog. */
  readonly confirm: (button: string) => Promise<void>;
  readonly register: (name: string, email: string) => Promise<void>;
  readonly logIn: (email: string, password?: string) => Promise<void>;
  /** Opens the link of the newest mail to this address, through the mailbox page. */
  readonly openMailTo: (email: string) => Promise<void>;
  /** The newest code to this address or number that was not returned before. */
  readonly codeTo: (to: RegExp | string) => Promise<string>;
  /** Opens another tab in the same browser. */
  readonly tab: () => Promise<Visitor>;
}

interface Street {
  readonly browser: Browser;
  readonly served: ServedWeb;
  /** Errors that browsers reported: policy violations and script errors. */
  readonly complaints: string[];
}

/** Opens a browser with an empty profile. */
export async function visit({ browser, served, complaints }: Street): Promise<Visitor> {
  const context = await browser.newContext({ acceptDownloads: true });
  context.setDefaultTimeout(10_000);
  const openTab = async (): Promise<Visitor> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // 4xx responses are expected and are not errors.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    return visitorOn(page, { served, openTab });
  };
  return openTab();
}

function visitorOn(page: Page, { served, openTab }: { readonly served: ServedWeb; readonly openTab: () => Promise<Visitor> }): Visitor {
  const open = async (path: string): Promise<void> => void (await page.goto(served.origin + path));
  const sees = async (heading: string): Promise<void> => page.getByRole('heading', { name: heading, exact: true }).waitFor();
  const press = async (button: string): Promise<void> => page.getByRole('button', { name: button, exact: true }).click();
  const follow = async (link: string): Promise<void> => page.getByRole('link', { name: link, exact: true }).first().click();
  const fill = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    for (const [label, value] of Object.entries(fields)) await page.getByRole('textbox', { name: label, exact: true }).fill(value);
  };
  const known = new Set<string>();
  const messagesTo = (to: string | RegExp) => (served.web.mailbox?.messages() ?? []).filter((message) => message.to.match(to) !== null);
  return {
    page,
    open,
    sees,
    fill,
    press,
    follow,
    confirm: async (button) => page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click(),
    async register(name, email) {
      await open('/register');
      await fill({ Name: name, 'Email address': email, Password: PASSWORD });
      await press('Create account');
      await sees('Confirm your address');
    },
    async logIn(email, password = PASSWORD) {
      await open('/login');
      await fill({ 'Email address or username': email, Password: password });
      await press('Log in');
    },
    async openMailTo(email) {
      await open('/mailbox');
      const mails = page.getByRole('article').filter({ hasText: `To ${email}`, has: page.getByRole('link', { name: 'Open the link' }) });
      await mails.first().getByRole('link', { name: 'Open the link' }).click();
    },
    async codeTo(to) {
      const fresh = (): string | undefined => messagesTo(to).find(({ code }) => code !== null && !known.has(code))?.code ?? undefined;
      await expect.poll(fresh).toBeDefined();
      const code = fresh() ?? '';
      known.add(code);
      return code;
    },
    tab: openTab,
  };
}
