import { createMailbox } from './mailbox.js';
import type { Mailbox } from './mailbox.js';
import type { Settings } from './settings.js';

/** What browsers are served beside the library's routes. */
export interface Web {
  readonly baseUrl: string;
  /** The names of this server, with ports, under which its own pages may ask for more than strangers. */
  readonly hosts: readonly string[];
  /** Messages that nobody was sent; in development alone. */
  readonly mailbox: Mailbox | undefined;
}

/** `undefined` where nobody knows at which origin browsers reach the server. */
export function openWeb({ isProduction, baseUrl, email, sms }: Pick<Settings, 'isProduction' | 'baseUrl' | 'email' | 'sms'>): Web | undefined {
  if (baseUrl === undefined) return undefined;
  const { host, port } = new URL(baseUrl);
  // In production it would hand everybody's codes and links to everybody.
  const isCaptured = !isProduction && email.provider === 'console' && sms.provider !== 'twilio';
  return {
    baseUrl,
    hosts: [host, ...['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`)],
    mailbox: isCaptured ? createMailbox() : undefined,
  };
}
