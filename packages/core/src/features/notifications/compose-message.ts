import type { Context } from '../../context.js';
import type { Settings } from '../../config.js';
import { describeError } from '../../foundation/describe-error.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { Channel, Notification } from '../../ports/notifier.js';
import type { MessageContent, OutgoingMessage } from '../../model/outgoing-message.js';
import { isPage } from '../../foundation/link-page.js';
import type { LinkTo } from '../../foundation/link-page.js';
import { renderMessage } from './messages/render-message.js';

export interface ComposeMessageInput extends Omit<OutgoingMessage, 'userId'> {
  readonly id: string;
}

/** Renders a message in the configured words. */
export function composeMessage(context: Context, { id, channel, to, content }: ComposeMessageInput): Notification {
  return { id, channel, to, ...describe(context, { content, channel }) };
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

/** The link to the configured page, never built from a Host header (security.md R4). `null`: the message shows the token instead. */
function linkOf({ settings, logger }: Context, content: MessageContent): string | null {
  if (!('token' in content)) return null;
  const link = pageOf(settings.urls, content.kind);
  if (link === undefined) return null;
  try {
    const url: unknown = link(content.token);
    if (typeof url === 'string' && isPage(url)) return url;
    logger.error('a function in urls returned no URL; the message contains the token instead of a link', { kind: content.kind });
  } catch (error) {
    logger.error('a function in urls threw; the message contains the token instead of a link', { ...describeError(error), kind: content.kind });
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
    case 'email-login':
      return urls.emailLogin;
    case 'email-verification':
    case 'email-change':
      return urls.emailVerification;
  }
}

function dataOf(content: MessageContent, url: string | null): Notification['data'] {
  const { kind: _, ...facts } = content;
  const data: Record<string, unknown> = { ...facts };
  // `data` is JSON for programs, so times are ISO 8601.
  if ('at' in content) data['at'] = isoTime(content.at);
  return {
    ...data,
    ...('expiresAt' in content && { expiresAt: isoTime(content.expiresAt) }),
    ...(url !== null && { url }),
  };
}
