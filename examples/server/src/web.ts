import { createMailbox } from './mailbox.js';
import type { Mailbox } from './mailbox.js';
import type { Settings } from './settings.js';

/** What is served to browsers in addition to the library's routes. */
export interface Web {
  readonly baseUrl: string;
  /** The host names of this server, with ports. Only pages under them may read the mailbox. */
  readonly hosts: readonly string[];
  /** Messages that are kept instead of sent, in development only. */
  readonly mailbox: Mailbox | undefined;
}

/** `undefined` if the origin under which browsers reach the server is unknown. */
export function openWeb({ isProduction, baseUrl, email, sms }: Pick<Settings, 'isProduction' | 'baseUrl' | 'email' | 'sms'>): Web | undefined {
  if (baseUrl === undefined) return undefined;
  const { host, port } = new URL(baseUrl);
  // In production anyone could read the codes and links of all users.
  const isCaptured = !isProduction && email.provider === 'console' && sms.provider !== 'twilio';
  return {
    baseUrl,
    hosts: [host, ...['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`)],
    mailbox: isCaptured ? createMailbox() : undefined,
  };
}
