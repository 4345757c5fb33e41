import type { MessageDraft, Language } from './draft.js';
import { factsOf, momentIn, timeIn } from './facts.js';
import type { FactNames } from './facts.js';
import type { MessageOf } from '../../../model/message-set.js';

const LOCALE = 'de-DE';
const NAMES: FactNames = { when: 'Wann', device: 'Gerät', ip: 'IP-Adresse', on: ' auf ' };

const IF_YOU = 'Wenn Sie das waren, ist nichts zu tun.';
const IF_NOT_YOU =
  'Wenn nicht, hat jemand Zugang zu Ihrem Konto: Setzen Sie sofort Ihr Passwort zurück, das beendet auch alle Sitzungen.';

/** A link to follow, or the token to paste where its page is not configured. */
function token(
  { url, token: code, expiresAt }: { readonly url: string | null; readonly token: string; readonly expiresAt: number },
  { label, closing }: { readonly label: string; readonly closing: string },
): Pick<MessageDraft, 'code' | 'link' | 'closing'> {
  const noun = url === null ? 'Der Code' : 'Der Link';
  return {
    ...(url === null ? { code } : { link: { label, url } }),
    closing: [`${noun} gilt bis ${momentIn(LOCALE, expiresAt)} und nur ein Mal.`, closing],
  };
}

function notice(
  message: MessageOf<'security-notice'>,
  { what, advice = `${IF_YOU} ${IF_NOT_YOU}` }: { readonly what: string; readonly advice?: string },
): MessageDraft {
  const { appName, at } = message;
  return {
    subject: `${what} (${appName})`,
    opening: [`Zu Ihrem Konto bei ${appName}: ${what}.`],
    facts: factsOf(message, { locale: LOCALE, names: NAMES }),
    closing: [advice],
    sms: `${appName}: ${what}, ${timeIn(LOCALE, at)}. Nicht Sie? Setzen Sie Ihr Passwort zurück.`,
  };
}

const codesLeft = ({ backupCodesRemaining }: MessageOf<'security-notice'>): string =>
  backupCodesRemaining === undefined ? '' : ` Noch übrig: ${backupCodesRemaining}.`;

export const de: Language = {
  tag: 'de',
  drafts: {
    'two-factor-code': ({ appName, code, expiresAt }) => ({
      subject: `Ihr Code für ${appName}`,
      opening: [`Das ist Ihr Code für ${appName}:`],
      code,
      closing: [
        `Er gilt bis ${momentIn(LOCALE, expiresAt)} und nur ein Mal. Geben Sie ihn niemandem, wer auch immer danach fragt.`,
        'Wenn Sie ihn nicht angefordert haben, kennt vielleicht jemand Ihr Passwort: Ändern Sie es.',
      ],
      sms: `${code} ist Ihr Code für ${appName}, gültig bis ${timeIn(LOCALE, expiresAt)}. Geben Sie ihn niemandem.`,
    }),
    'password-reset': (message) => ({
      subject: `Ihr Passwort bei ${message.appName} zurücksetzen`,
      opening: [
        `Jemand, vermutlich Sie, möchte das Passwort Ihres Kontos bei ${message.appName} zurücksetzen.`,
        ...(message.url === null ? ['Fügen Sie diesen Code ein, um ein neues zu wählen:'] : []),
      ],
      ...token(message, {
        label: 'Neues Passwort wählen',
        closing: 'Wenn Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
      }),
      sms: `${message.appName}: Passwort zurücksetzen: ${message.url ?? message.token}`,
    }),
    invitation: (message) => ({
      subject: `Einladung zu ${message.appName}`,
      opening: [
        `Für Sie wurde ein Konto bei ${message.appName} angelegt. Wählen Sie ein Passwort, um zu beginnen.`,
        ...(message.url === null ? ['Fügen Sie dazu diesen Code ein:'] : []),
      ],
      ...token(message, { label: 'Passwort wählen', closing: 'Wenn Sie das nicht erwartet haben, tun Sie nichts.' }),
      sms: `${message.appName}: Sie sind eingeladen: ${message.url ?? message.token}`,
    }),
    'email-verification': (message) => ({
      subject: `Ihre E-Mail-Adresse bei ${message.appName} bestätigen`,
      opening: [
        `Diese Adresse wurde für ein Konto bei ${message.appName} angegeben. Bestätigen Sie, dass sie Ihnen gehört.`,
        ...(message.url === null ? ['Fügen Sie dazu diesen Code ein:'] : []),
      ],
      ...token(message, {
        label: 'Adresse bestätigen',
        closing: 'Wenn Sie das nicht waren, tun Sie nichts: Die Adresse bleibt unbestätigt.',
      }),
      sms: `${message.appName}: Adresse bestätigen: ${message.url ?? message.token}`,
    }),
    'email-change': (message) => ({
      subject: `Ihre neue E-Mail-Adresse bei ${message.appName} bestätigen`,
      opening: [
        `Das soll die E-Mail-Adresse eines Kontos bei ${message.appName} werden. Bestätigen Sie, dass sie Ihnen gehört.`,
        ...(message.url === null ? ['Fügen Sie dazu diesen Code ein:'] : []),
      ],
      ...token(message, {
        label: 'Neue Adresse bestätigen',
        closing: 'Wenn Sie das nicht waren, tun Sie nichts: Das Konto behält seine bisherige Adresse.',
      }),
      sms: `${message.appName}: neue Adresse bestätigen: ${message.url ?? message.token}`,
    }),
    'registration-attempt': ({ appName }) => ({
      subject: `Sie haben bereits ein Konto bei ${appName}`,
      opening: [
        `Jemand, vielleicht Sie, wollte sich bei ${appName} mit dieser Adresse registrieren. Zu ihr gibt es bereits ein Konto.`,
      ],
      closing: [
        'Wenn Sie das waren, melden Sie sich wie gewohnt an, oder setzen Sie Ihr Passwort zurück, falls Sie es vergessen haben.',
        'Wenn nicht, ist nichts zu tun: Ihr Konto ist, wie es war.',
      ],
      sms: `${appName}: Zu dieser Adresse gibt es bereits ein Konto. Melden Sie sich an.`,
    }),
    'email-login': (message) => ({
      subject: `Anmelden bei ${message.appName}`,
      opening: [
        `Jemand, vermutlich Sie, möchte sich mit dieser Adresse bei ${message.appName} anmelden.`,
        ...(message.url === null ? ['Fügen Sie dazu diesen Code ein:'] : []),
      ],
      ...token(message, {
        label: 'Anmelden',
        closing: 'Wenn Sie das nicht waren, tun Sie nichts, und geben Sie ihn niemandem: Wer ihn hat, kann sich als Sie anmelden.',
      }),
      sms: `${message.appName}: anmelden: ${message.url ?? message.token}`,
    }),
    'email-login-code': ({ appName, code, expiresAt }) => ({
      subject: `Ihr Code zum Anmelden bei ${appName}`,
      opening: [`Geben Sie diesen Code dort ein, wo Sie sich bei ${appName} anmelden:`],
      code,
      closing: [
        `Er gilt bis ${momentIn(LOCALE, expiresAt)} und nur ein Mal. Geben Sie ihn niemandem, wer auch immer danach fragt.`,
        'Wenn Sie ihn nicht angefordert haben, tun Sie nichts.',
      ],
      sms: `${code} ist Ihr Code zum Anmelden bei ${appName}, gültig bis ${timeIn(LOCALE, expiresAt)}. Geben Sie ihn niemandem.`,
    }),
    'security-notice': {
      'new-device': (m) => notice(m, { what: 'Anmeldung von einem neuen Gerät' }),
      'account-removed': (m) =>
        notice(m, { what: 'Ihr Konto wurde gelöscht', advice: `Haben Sie nicht darum gebeten, dann wenden Sie sich an ${m.appName}.` }),
      'password-changed': (m) => notice(m, { what: 'Ihr Passwort wurde geändert' }),
      'password-reset': (m) => notice(m, { what: 'Ihr Passwort wurde zurückgesetzt, alle Sitzungen sind beendet' }),
      'email-changed': (m) =>
        notice(m, {
          what: 'Ihre E-Mail-Adresse wurde geändert',
          advice: `${IF_YOU} Wenn nicht, wenden Sie sich an ${m.appName}: Ein Link zum Zurücksetzen ginge an die neue Adresse.`,
        }),
      'email-change-requested': (m) =>
        notice(m, {
          what: 'Eine Änderung Ihrer E-Mail-Adresse wurde angefordert',
          advice:
            'Sie wird wirksam, wenn die neue Adresse bestätigt ist. Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort: Das hält sie auf.',
        }),
      'two-factor-enabled': (m) => notice(m, { what: 'Die Zwei-Faktor-Anmeldung wurde eingeschaltet' }),
      'two-factor-disabled': (m) => notice(m, { what: 'Die Zwei-Faktor-Anmeldung wurde ausgeschaltet' }),
      'two-factor-reset': (m) =>
        notice(m, {
          what: 'Die Zwei-Faktor-Anmeldung wurde von der Verwaltung ausgeschaltet',
          advice: `Ihr Konto schützt nun allein Ihr Passwort: Richten Sie einen zweiten Faktor neu ein. Haben Sie nicht darum gebeten, dann wenden Sie sich an ${m.appName}.`,
        }),
      'backup-code-used': (m) =>
        notice(m, { what: 'Ein Ersatzcode wurde benutzt', advice: `${IF_YOU}${codesLeft(m)} ${IF_NOT_YOU}` }),
      'backup-codes-low': (m) =>
        notice(m, {
          what: 'Ihre Ersatzcodes gehen zur Neige',
          advice: `Erzeugen Sie neue in den Einstellungen Ihres Kontos.${codesLeft(m)}`,
        }),
      'backup-codes-replaced': (m) =>
        notice(m, {
          what: 'Ihre Ersatzcodes wurden ersetzt',
          advice: `Die alten gelten nicht mehr. ${IF_YOU} ${IF_NOT_YOU}`,
        }),
      'admin-password-guessed': (m) =>
        notice(m, {
          what: 'Jemand rät das Admin-Passwort',
          advice: `Weitere Versuche werden von nun an verlangsamt, und während einer Wartezeit wird auch das richtige Admin-Passwort abgelehnt. Mit Ihrem eigenen Passwort können Sie sich weiterhin anmelden. Hören die Versuche nicht auf, sollte der Betreiber von ${m.appName} ein anderes Admin-Passwort wählen oder es entfernen.`,
        }),
      'passkey-added': (m) =>
        notice(m, {
          what: 'Ein Passkey wurde hinzugefügt',
          advice: `Er öffnet Ihr Konto ohne Ihr Passwort. ${IF_YOU} ${IF_NOT_YOU} Entfernen Sie auch den Passkey in den Einstellungen Ihres Kontos: Ein neues Passwort tut das nicht.`,
        }),
      'passkey-removed': (m) => notice(m, { what: 'Ein Passkey wurde entfernt' }),
      'passkey-copied': (m) =>
        notice(m, {
          what: 'Ein Passkey wurde vielleicht kopiert',
          advice: `Sein Zähler lief rückwärts, und er wurde abgelehnt. Entfernen Sie ihn in den Einstellungen Ihres Kontos und legen Sie einen neuen an, es sei denn, Sie wissen, woran es liegt.`,
        }),
      'identity-linked': (m) =>
        notice(m, {
          what: 'Ein externes Konto wurde mit Ihrem verknüpft',
          advice: `Damit ist eine Anmeldung möglich. ${IF_YOU} ${IF_NOT_YOU} Entfernen Sie dann die Verknüpfung in den Einstellungen Ihres Kontos.`,
        }),
      'identity-removed': (m) => notice(m, { what: 'Die Verknüpfung mit einem externen Konto wurde entfernt' }),
    },
  },
};
