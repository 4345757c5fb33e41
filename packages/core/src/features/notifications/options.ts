import * as v from 'valibot';
import { orAwait } from '../../foundation/or-await.js';
import type { Schema } from '../../foundation/parse.js';
import type { Notifier } from '../../ports/notifier.js';
import { isPage, linkTo } from '../../foundation/link-page.js';
import type { LinkTo, Page } from '../../foundation/link-page.js';
import type { MessageSet } from '../../model/message-set.js';
import { SECURITY_NOTICES } from '../../model/outgoing-message.js';

/** The languages that the library has texts for. */
const SHIPPED_LOCALES = ['en', 'de'] as const;

const KINDS = [
  'two-factor-code',
  'password-reset',
  'invitation',
  'email-verification',
  'email-change',
  'registration-attempt',
  'email-login',
  'email-login-code',
] as const;

/**
 * Pages of the application that messages link to: an address, or a function `({ token }) => address`. `{token}` in an
 * address is replaced; otherwise the token is appended as `#token=…`, which browsers do not send to servers, as `?token=…` behind a
 * fragment (`https://app.example/#/reset`), or as `?token=…` to the address of an app (`myapp://reset`). Links are made from
 * these only, never from a request (security.md R4). A message whose page is missing contains the token itself, to be pasted.
 */
export interface UrlOptions {
  /** Asks for a new password and sends it to `POST /password/reset`. */
  readonly passwordReset?: Page | undefined;
  /** Sends the token to `POST /email/verify`, of a new account and of a changed address. */
  readonly emailVerification?: Page | undefined;
  /** Asks an invited person for a password and sends it to `POST /password/reset`. */
  readonly invitation?: Page | undefined;
  /** Sends the token to `POST /login/email/verify`, after a click: mail scanners open links too. */
  readonly emailLogin?: Page | undefined;
  /**
   * The page that browsers return to from an external provider, with `#code=…` for `POST /providers/exchange`, `#linked=…` or
   * `#error=…`. An address; required with `providers`.
   */
  readonly providerReturn?: string | undefined;
}

/**
 * The texts of messages: `{ locale: 'de' }`, `{ en: { 'password-reset': ({ url }) => ({ subject, text }) } }`, or a language
 * of your own. Messages that a language lacks are sent in English.
 */
export interface MessageOptions {
  /** The language of messages: `'en'`, `'de'`, or one that is defined here. Default `'en'`. */
  readonly locale?: string | undefined;
  readonly [locale: string]: MessageSet | string | undefined;
}

export interface UrlSettings {
  readonly passwordReset: LinkTo | undefined;
  readonly emailVerification: LinkTo | undefined;
  readonly invitation: LinkTo | undefined;
  readonly emailLogin: LinkTo | undefined;
  readonly providerReturn: string | undefined;
}

export interface MessageSettings {
  readonly locale: string;
  readonly own: Readonly<Record<string, MessageSet>>;
}

const NO_PAGE =
  'must be the address of a page, such as https://example.com/reset or myapp://reset, or a function from { token } to one that holds the token';

const isFunction = (value: unknown): value is () => never => typeof value === 'function';

const writer = v.optional(v.custom<() => never>(isFunction, 'must be a function from a message to { subject, text, html? }'));

const setOf = <const Names extends readonly string[]>(names: Names): Record<Names[number], typeof writer> =>
  v.entriesFromList(names, writer);

const messageSet: Schema<MessageSet> = v.strictObject({
  ...setOf(KINDS),
  'security-notice': v.optional(v.strictObject(setOf(SECURITY_NOTICES))),
});

export const messageOptions: Schema<MessageSettings> = v.pipe(
  v.objectWithRest({ locale: v.optional(v.string(), 'en') }, messageSet),
  v.transform(({ locale, ...own }) => ({ locale, own })),
  v.forward(
    v.partialCheck(
      [['locale'], ['own']],
      ({ locale, own }) => SHIPPED_LOCALES.some((shipped) => shipped === locale) || Object.hasOwn(own, locale),
      'must be en, de or a language that is given in messages',
    ),
    ['locale'],
  ),
);

const page: Schema<LinkTo> = v.pipe(
  v.custom<Page>((value) => typeof value === 'string' || typeof value === 'function', NO_PAGE),
  v.rawTransform(({ dataset, addIssue, NEVER }): LinkTo => {
    const link = linkTo(dataset.value);
    if (link !== null) return link;
    addIssue({ message: NO_PAGE });
    return NEVER;
  }),
);

export const urlOptions: Schema<UrlSettings> = v.pipe(
  v.strictObject({
    passwordReset: v.optional(page),
    emailVerification: v.optional(page),
    invitation: v.optional(page),
    emailLogin: v.optional(page),
    providerReturn: v.optional(v.pipe(v.string(), v.check(isPage, 'must be the address of a page, such as https://example.com/return'))),
  }),
  v.transform(({ passwordReset, emailVerification, invitation, emailLogin, providerReturn }) => ({
    passwordReset,
    emailVerification,
    invitation,
    emailLogin,
    providerReturn,
  })),
);

/** It is part of subjects, where a line break would start another header. */
export const appNameOption: Schema<string> = v.pipe(
  v.string(),
  v.check((name) => name.trim() !== '' && name.length <= 64 && !/\p{Cc}/u.test(name), 'must be 1 to 64 characters in one line'),
);

export const notifierOption: Schema<Notifier> = v.custom<Notifier>(isNotifier, orAwait('must be a Notifier: { send, channels }'));

function isNotifier(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const channels: unknown = Reflect.get(value, 'channels');
  return (
    typeof Reflect.get(value, 'send') === 'function' &&
    Array.isArray(channels) &&
    channels.every((channel) => channel === 'email' || channel === 'sms')
  );
}
