import type { Channel, NotificationKind } from '../ports/notifier.js';
import type { MessageContent, SecurityNotice } from './outgoing-message.js';

/** The fields of every message, besides its own content. */
export interface MessageContext {
  readonly appName: string;
  /** Of a text message only `text` is sent, and each 160 characters cost money. */
  readonly channel: Channel;
  /** The page that takes the token, with the token in it; `null` if that page is not configured. */
  readonly url: string | null;
}

/** The content of a message of this kind. Times are milliseconds since the epoch. */
export type MessageOf<Kind extends NotificationKind> = Extract<MessageContent, { readonly kind: Kind }> & MessageContext;

/** The content of any message. */
export type AnyMessage = MessageContent & MessageContext;

/** A rendered message. The template must escape the values in `html`. */
export interface MessageText {
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

type PlainKind = Exclude<NotificationKind, 'security-notice'>;

/** A function for each kind of message, which gets the content of that kind. */
export type MessageTemplates<Output> = {
  readonly [Kind in PlainKind]: (message: MessageOf<Kind>) => Output;
} & {
  readonly 'security-notice': Readonly<Record<SecurityNotice, (message: MessageOf<'security-notice'>) => Output>>;
};

/**
 * The application's own templates for some of the messages in one language, such as
 * `{ 'password-reset': ({ url }) => ({ … }) }`.
 */
export type MessageSet = {
  readonly [Kind in PlainKind]?: ((message: MessageOf<Kind>) => MessageText) | undefined;
} & {
  readonly 'security-notice'?:
    | { readonly [Notice in SecurityNotice]?: ((message: MessageOf<'security-notice'>) => MessageText) | undefined }
    | undefined;
};

type SomeWriters<Output> = {
  readonly [Kind in PlainKind]?: ((message: MessageOf<Kind>) => Output) | undefined;
} & {
  readonly 'security-notice'?:
    | { readonly [Notice in SecurityNotice]?: ((message: MessageOf<'security-notice'>) => Output) | undefined }
    | undefined;
};

/** Renders the message with its template; `undefined` if there is none. */
export function write<Output>(writers: MessageTemplates<Output>, message: AnyMessage): Output;
export function write<Output>(writers: SomeWriters<Output>, message: AnyMessage): Output | undefined;
export function write<Output>(writers: SomeWriters<Output>, message: AnyMessage): Output | undefined {
  switch (message.kind) {
    case 'two-factor-code':
      return writers[message.kind]?.(message);
    case 'password-reset':
      return writers[message.kind]?.(message);
    case 'invitation':
      return writers[message.kind]?.(message);
    case 'email-verification':
      return writers[message.kind]?.(message);
    case 'email-change':
      return writers[message.kind]?.(message);
    case 'registration-attempt':
      return writers[message.kind]?.(message);
    case 'email-login':
      return writers[message.kind]?.(message);
    case 'email-login-code':
      return writers[message.kind]?.(message);
    case 'security-notice':
      return writers[message.kind]?.[message.notice]?.(message);
  }
}
