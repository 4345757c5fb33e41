import type { MessageTemplates } from '../../../model/message-set.js';

/** The texts of a message before they are laid out. Every text is plain: the layout escapes it. */
export interface MessageDraft {
  readonly subject: string;
  readonly opening: readonly string[];
  /** Shown on a line of its own, to be read out or copied. */
  readonly code?: string | undefined;
  /** A button; in plain text its label and its address. */
  readonly link?: { readonly label: string; readonly url: string } | undefined;
  /** Names and values, one per line. */
  readonly facts?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly closing: readonly string[];
  /** The whole message as a text message: short, since each 160 characters cost money. */
  readonly sms: string;
}

/** Every message of the library in one language. */
export interface Language {
  /** The BCP 47 tag, for the `lang` of the HTML. */
  readonly tag: string;
  readonly drafts: MessageTemplates<MessageDraft>;
}
