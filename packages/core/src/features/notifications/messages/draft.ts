import type { MessageTemplates } from '../../../model/message-set.js';

/** A message of the library in words, before it has a form. Every text is plain: the form escapes it. */
export interface MessageDraft {
  readonly subject: string;
  readonly opening: readonly string[];
  /** Stands by itself, to be read out or copied. */
  readonly code?: string | undefined;
  /** A button, and in plain text its label and its address. */
  readonly link?: { readonly label: string; readonly url: string } | undefined;
  /** Names and values, a line each. */
  readonly facts?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly closing: readonly string[];
  /** All of it as a text message: short, since every 160 characters cost. */
  readonly sms: string;
}

/** Every message of the library in one language. */
export interface Language {
  /** After BCP 47, for the `lang` of the HTML. */
  readonly tag: string;
  readonly drafts: MessageTemplates<MessageDraft>;
}
