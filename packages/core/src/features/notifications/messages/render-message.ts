import type { Context } from '../../../context.js';
import { describeError } from '../../../foundation/describe-error.js';
import { de } from './de.js';
import type { Language } from './draft.js';
import { en } from './en.js';
import { toGsm7 } from './gsm7.js';
import { write } from '../../../model/message-set.js';
import type { AnyMessage, MessageText } from '../../../model/message-set.js';
import { render } from './render.js';

const SHIPPED: ReadonlyMap<string, Language> = new Map([
  ['en', en],
  ['de', de],
]);
const FALLBACK = 'en';

/** Renders the message by the application's template, else by the library's in the configured language, else in English. */
export function renderMessage(context: Context, message: AnyMessage): MessageText {
  const { locale } = context.settings.messages;
  const words =
    customMessage(context, { locale, message }) ??
    builtInMessage(locale, message) ??
    customMessage(context, { locale: FALLBACK, message }) ??
    renderIn(en, message);
  // A subject is a header: with a line break it would be two.
  return { ...words, subject: words.subject.replaceAll(/\p{Cc}+/gu, ' ') };
}

function customMessage(
  { settings, logger }: Context,
  { locale, message }: { readonly locale: string; readonly message: AnyMessage },
): MessageText | undefined {
  const { own } = settings.messages;
  if (!Object.hasOwn(own, locale)) return undefined;
  try {
    const words = write(own[locale] ?? {}, message);
    if (words === undefined || isText(words)) return words;
    logger.error('a function in messages returned no { subject, text }', { locale, kind: message.kind });
  } catch (error) {
    // A typo in a translation must not make a password reset fail, so the built-in text is sent instead.
    logger.error('a function in messages threw', { locale, kind: message.kind, ...describeError(error) });
  }
  return undefined;
}

function builtInMessage(locale: string, message: AnyMessage): MessageText | undefined {
  const language = SHIPPED.get(locale);
  return language && renderIn(language, message);
}

function renderIn({ tag, drafts }: Language, message: AnyMessage): MessageText {
  const { appName, channel } = message;
  const draft = write(drafts, channel === 'sms' ? { ...message, appName: toGsm7(appName) } : message);
  return render(draft, { channel, appName, lang: tag });
}

/** Checked, since the application may be written in JavaScript. */
function isText(words: unknown): boolean {
  if (typeof words !== 'object' || words === null) return false;
  const html: unknown = Reflect.get(words, 'html');
  return (
    typeof Reflect.get(words, 'subject') === 'string' &&
    typeof Reflect.get(words, 'text') === 'string' &&
    (html === undefined || typeof html === 'string')
  );
}
