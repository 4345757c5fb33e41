import { DeliveryError } from '@sallyport/core';
import type { Notification } from '@sallyport/core';
import type { Sender } from './sender.js';
import { requireChannel } from './settings.js';

/** A mail in the form that every provider is given. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
  /** The same for every attempt, so that mail systems can detect duplicates (RFC 5322, 3.6.4). */
  readonly messageId: string;
  readonly headers: { readonly 'Auto-Submitted': 'auto-generated' };
}

/** Creates a mail from a message. Throws a permanent `DeliveryError` for a value that would add a recipient or a header. */
export function toMail({ id, channel, to, subject = '', text, html }: Notification, { domain }: Sender): Mail {
  requireChannel(channel, 'email');
  // A provider that accepts a list of addresses would send a code to strangers.
  requireValid(/^[^\s@<>,;:"()\p{Cc}]+@[^\s@<>,;:"()\p{Cc}]+$/u.test(to), 'to');
  requireValid(/^[\w.-]+$/.test(id), 'id');
  return {
    to,
    // A line break would start another header.
    subject: subject.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '),
    text,
    html,
    messageId: `<${id}@${domain}>`,
    // Suppress out-of-office replies (RFC 3834, 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function requireValid(isValid: boolean, name: string): void {
  if (!isValid) throw new DeliveryError(`The message has no valid ${name}`, { code: `INVALID_${name.toUpperCase()}`, permanent: true });
}
