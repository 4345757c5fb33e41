import type { Context } from '../../context.js';
import type { Settings } from '../../config.js';
import { seal } from '../../crypto/sealed.js';
import { describeError } from '../../foundation/describe-error.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { Channel, Notification } from '../../ports/notifier.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import type { MessageContent, OutgoingMessage } from '../../model/outgoing-message.js';
import { isPage } from '../../foundation/link-page.js';
import type { LinkTo } from '../../foundation/link-page.js';
import { renderMessage } from './messages/render-message.js';

/** What a sealed message belongs to: a row whose text was swapped for another's opens for nobody. */
export function sealContext(id: string): string {
  return `outbox:${id}`;
}

/** Puts a message into words and seals it, due at once. It takes no time but the processor's: it is called within a transaction. */
export function composeMessage(context: Context, { userId, channel, to, content }: OutgoingMessage): OutboxRecord {
  const id = context.makeId();
  const now = context.clock.now();
  const notification = { id, channel, to, ...describe(context, { content, channel }) } satisfies Notification;
  return {
    id,
    userId,
    kind: content.kind,
    sealedMessage: seal(context, { plain: JSON.stringify(notification), context: sealContext(id) }),
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    leasedUntil: null,
    sentAt: null,
    deadAt: null,
  };
}

function describe(
  context: Context,
  { content, channel }: { readonly content: MessageContent; readonly channel: Channel },
): Pick<Notification, 'kind' | 'subject' | 'text' | 'html' | 'data'> {
  const { appName } = context.settings;
  const url = linkOf(context, content);
  const { subject, text, html } = renderMessage(context, { ...content, appName, channel, url });
  return {
    kind: content.kind,
    ...(channel === 'email' && { subject }),
    text,
    ...(channel === 'email' && html !== undefined && { html }),
    data: dataOf(content, url),
  };
}

/** Of configured pages only, never of a Host header (security.md R4). `null`: the message holds the token itself. */
function linkOf({ settings, logger }: Context, content: MessageContent): string | null {
  if (!('token' in content)) return null;
  const link = pageOf(settings.urls, content.kind);
  if (link === undefined) return null;
  try {
    const url: unknown = link(content.token);
    if (typeof url === 'string' && isPage(url)) return url;
    logger.error('a function of urls made no address: the message holds the token itself', { kind: content.kind });
  } catch (error) {
    logger.error('a function of urls threw: the message holds the token itself', { ...describeError(error), kind: content.kind });
  }
  return null;
}

function pageOf(
  urls: Settings['urls'],
  kind: Extract<MessageContent, { readonly token: string }>['kind'],
): LinkTo | undefined {
  switch (kind) {
    case 'password-reset':
      return urls.passwordReset;
    case 'invitation':
      return urls.invitation;
    case 'email-verification':
    case 'email-change':
      return urls.emailVerification;
  }
}

function dataOf(content: MessageContent, url: string | null): Notification['data'] {
  const { kind: _, ...facts } = content;
  const data: Record<string, unknown> = { ...facts };
  // A program that reads it knows no epoch, and JSON has no time.
  if ('at' in content) data['at'] = isoTime(content.at);
  return {
    ...data,
    ...('expiresAt' in content && { expiresAt: isoTime(content.expiresAt) }),
    ...(url !== null && { url }),
  };
}
