import { DeliveryError } from '@sallyport/core';
import type { Notification } from '@sallyport/core';
import type { Sender } from './sender.js';
import { requireChannel } from './settings.js';

/** A mail as every provider is given it. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
  /** The same at every try, so that mail systems can tell a mail that came twice (RFC 5322, 3.6.4). */
  readonly messageId: string;
  readonly headers: { readonly 'Auto-Submitted': 'auto-generated' };
}

/** Makes a mail of a message. Throws a permanent `DeliveryError` for what would be more than one recipient or header. */
export function toMail({ id, channel, to, subject = '', text, html }: Notification, { domain }: Sender): Mail {
  requireChannel(channel, 'email');
  // A provider that reads a list of addresses would send a code to strangers.
  requireValid(/^[^\s@<>,;:"()\p{Cc}]+@[^\s@<>,;:"()\p{Cc}]+$/u.test(to), 'to');
  requireValid(/^[\w.-]+$/.test(id), 'id');
  return {
    to,
    // A line break would begin a header of its own.
    subject: subject.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '),
    text,
    html,
    messageId: `<${id}@${domain}>`,
    // Out-of-office replies to it help nobody (RFC 3834, 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function requireValid(isValid: boolean, name: string): void {
  if (!isValid) throw new DeliveryError(`The message has no valid ${name}`, { code: `INVALID_${name.toUpperCase()}`, permanent: true });
}
