import type { MessageDraft, Language } from './draft.js';
import { factsOf, momentIn, timeIn } from './facts.js';
import type { FactNames } from './facts.js';
import type { MessageOf } from '../../../model/message-set.js';

const LOCALE = 'en-GB';
const NAMES: FactNames = { when: 'When', device: 'Device', ip: 'IP address', on: ' on ' };

const IF_NOT_YOU =
  'If this was not you, somebody has got into your account: reset your password at once, which also ends every session.';


/** A link to follow, or the token to paste where its page is not configured. */
function token(
  { url, token: code, expiresAt }: { readonly url: string | null; readonly token: string; readonly expiresAt: number },
  { label, closing }: { readonly label: string; readonly closing: string },
): Pick<MessageDraft, 'code' | 'link' | 'closing'> {
  const noun = url === null ? 'code' : 'link';
  return {
    ...(url === null ? { code } : { link: { label, url } }),
    closing: [`The ${noun} is valid until ${momentIn(LOCALE, expiresAt)} and works once.`, closing],
  };
}

function notice(
  message: MessageOf<'security-notice'>,
  { what, advice = `If this was you, there is nothing to do. ${IF_NOT_YOU}` }: { readonly what: string; readonly advice?: string },
): MessageDraft {
  const { appName, at } = message;
  const subject = `${what} (${appName})`;
  const facts = factsOf(message, { locale: LOCALE, names: NAMES });
  return {
    subject,
    opening: [`About your ${appName} account: ${what.toLowerCase()}.`],
    facts,
    closing: [advice],
    sms: `${appName}: ${what.toLowerCase()}, ${timeIn(LOCALE, at)}. Not you? Reset your password.`,
  };
}

const codesLeft = ({ backupCodesRemaining }: MessageOf<'security-notice'>): string =>
  backupCodesRemaining === undefined ? '' : ` You have ${backupCodesRemaining} left.`;

export const en: Language = {
  tag: 'en',
  drafts: {
    'two-factor-code': ({ appName, code, expiresAt }) => ({
      subject: `Your ${appName} code`,
      opening: [`This is your code for ${appName}:`],
      code,
      closing: [
        `It is valid until ${momentIn(LOCALE, expiresAt)} and works once. Give it to nobody, whoever they say they are.`,
        'If you did not ask for it, somebody may know your password: change it.',
      ],
      sms: `${code} is your ${appName} code, valid until ${timeIn(LOCALE, expiresAt)}. Give it to nobody.`,
    }),
    'password-reset': (message) => ({
      subject: `Reset your ${message.appName} password`,
      opening: [
        `Somebody, probably you, asked to reset the password of your ${message.appName} account.`,
        ...(message.url === null ? ['Paste this code to choose a new one:'] : []),
      ],
      ...token(message, {
        label: 'Choose a new password',
        closing: 'If it was not you, do nothing: your password stays as it is.',
      }),
      sms: `${message.appName}: reset your password: ${message.url ?? message.token}`,
    }),
    invitation: (message) => ({
      subject: `You are invited to ${message.appName}`,
      opening: [
        `An account at ${message.appName} was made for you. Choose a password to begin.`,
        ...(message.url === null ? ['Paste this code to do so:'] : []),
      ],
      ...token(message, { label: 'Choose a password', closing: 'If you did not expect this, do nothing.' }),
      sms: `${message.appName}: you are invited: ${message.url ?? message.token}`,
    }),
    'email-verification': (message) => ({
      subject: `Confirm your email address for ${message.appName}`,
      opening: [
        `This address was given for an account at ${message.appName}. Confirm that it is yours.`,
        ...(message.url === null ? ['Paste this code to do so:'] : []),
      ],
      ...token(message, {
        label: 'Confirm this address',
        closing: 'If it was not you who gave it, do nothing: it stays unconfirmed.',
      }),
      sms: `${message.appName}: confirm your address: ${message.url ?? message.token}`,
    }),
    'email-change': (message) => ({
      subject: `Confirm your new email address for ${message.appName}`,
      opening: [
        `This is to become the email address of an account at ${message.appName}. Confirm that it is yours.`,
        ...(message.url === null ? ['Paste this code to do so:'] : []),
      ],
      ...token(message, {
        label: 'Confirm the new address',
        closing: 'If it was not you who asked for it, do nothing: the account keeps its old address.',
      }),
      sms: `${message.appName}: confirm your new address: ${message.url ?? message.token}`,
    }),
    'registration-attempt': ({ appName }) => ({
      subject: `You already have an account at ${appName}`,
      opening: [`Somebody, perhaps you, tried to register at ${appName} with this address, which already has an account.`],
      closing: [
        'If it was you, log in as usual, or reset your password if you have forgotten it.',
        'If it was not, there is nothing to do: your account is as it was.',
      ],
      sms: `${appName}: you already have an account with this address. Log in or reset your password.`,
    }),
    'email-login': (message) => ({
      subject: `Log in to ${message.appName}`,
      opening: [
        `Somebody, probably you, asked to log in to ${message.appName} with this address.`,
        ...(message.url === null ? ['Paste this code to log in:'] : []),
      ],
      ...token(message, {
        label: 'Log in',
        closing: 'If it was not you, do nothing, and give it to nobody: whoever has it can log in as you.',
      }),
      sms: `${message.appName}: log in: ${message.url ?? message.token}`,
    }),
    'email-login-code': ({ appName, code, expiresAt }) => ({
      subject: `Your code to log in to ${appName}`,
      opening: [`Enter this code where you asked to log in to ${appName}:`],
      code,
      closing: [
        `It is valid until ${momentIn(LOCALE, expiresAt)} and works once. Give it to nobody, whoever they say they are.`,
        'If you did not ask for it, do nothing.',
      ],
      sms: `${code} is your code to log in to ${appName}, valid until ${timeIn(LOCALE, expiresAt)}. Give it to nobody.`,
    }),
    'security-notice': {
      'new-device': (m) => notice(m, { what: 'Login from a new device' }),
      'account-removed': (m) =>
        notice(m, { what: 'Your account was removed', advice: `If you did not ask for this, get in touch with ${m.appName}.` }),
      'password-changed': (m) => notice(m, { what: 'Your password was changed' }),
      'password-reset': (m) => notice(m, { what: 'Your password was reset and every session was ended' }),
      'email-changed': (m) =>
        notice(m, {
          what: 'Your email address was changed',
          advice: `If this was you, there is nothing to do. If not, get in touch with ${m.appName}: a reset link would go to the new address.`,
        }),
      'email-change-requested': (m) =>
        notice(m, {
          what: 'A change of your email address was asked for',
          advice:
            'It takes effect when the new address is confirmed. If this was not you, change your password now: that stops it.',
        }),
      'two-factor-enabled': (m) => notice(m, { what: 'Two-factor authentication was turned on' }),
      'two-factor-disabled': (m) => notice(m, { what: 'Two-factor authentication was turned off' }),
      'two-factor-reset': (m) =>
        notice(m, {
          what: 'An administrator turned two-factor authentication off',
          advice: `Your password alone protects your account now: set a second factor up again. If you did not ask for this, get in touch with ${m.appName}.`,
        }),
      'backup-code-used': (m) =>
        notice(m, { what: 'A backup code was used', advice: `If this was you, there is nothing to do.${codesLeft(m)} ${IF_NOT_YOU}` }),
      'backup-codes-low': (m) =>
        notice(m, {
          what: 'Your backup codes are running out',
          advice: `Make new ones in your account's settings.${codesLeft(m)}`,
        }),
      'backup-codes-replaced': (m) =>
        notice(m, {
          what: 'Your backup codes were replaced',
          advice: `The old ones no longer work. If this was you, there is nothing to do. ${IF_NOT_YOU}`,
        }),
      'admin-password-guessed': (m) =>
        notice(m, {
          what: 'Somebody is guessing the admin password',
          advice: `Guesses are slowed down from now on, and during a wait the right admin password is refused too. You can still log in with your own password. If the guesses go on, whoever runs ${m.appName} should choose another admin password, or remove it.`,
        }),
      'passkey-added': (m) =>
        notice(m, {
          what: 'A passkey was added',
          advice: `It opens your account without your password. If this was you, there is nothing to do. ${IF_NOT_YOU} Remove the passkey in your account's settings too: a new password does not.`,
        }),
      'passkey-removed': (m) => notice(m, { what: 'A passkey was removed' }),
      'passkey-copied': (m) =>
        notice(m, {
          what: 'A passkey may have been copied',
          advice: `Its count of uses went back, so it was refused. Remove it in your account's settings and make a new one, unless you know why it did.`,
        }),
      'identity-linked': (m) =>
        notice(m, {
          what: 'An external account was linked to yours',
          advice: `It can be used to log in. If this was you, there is nothing to do. ${IF_NOT_YOU} Then remove the link in your account's settings.`,
        }),
      'identity-removed': (m) => notice(m, { what: 'A linked external account was removed' }),
    },
  },
};
