import { domainToASCII } from 'node:url';
import { refuse } from './settings.js';

/** The sender of a mail. */
export interface Sender {
  readonly email: string;
  /** The domain of `email`. */
  readonly domain: string;
  readonly name: string | null;
}

const ATOM = String.raw`[\w!#$%&'*+/=?^\x60{|}~\-\u0080-\u{10FFFF}]+`;
const LOCAL_PART = new RegExp(String.raw`^${ATOM}(\.${ATOM})*$`, 'u');
const PHRASE = new RegExp(String.raw`^${ATOM}( ${ATOM})*$`, 'u');
/** A line break would start another header. */
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Parses `mail@example.com`, `Example <mail@example.com>` or `"Example, Inc." <mail@example.com>`; the quotes are optional. */
export function readSender(maker: string, from: string): Sender {
  const sender = CONTROL.test(from) ? null : parse(from.trim());
  refuse(maker, sender === null ? [{ path: 'from', message: 'must be an address such as "Example <mail@example.com>"' }] : []);
  return sender ?? { email: '', domain: '', name: null };
}

function parse(from: string): Sender | null {
  const [, phrase = '', inBrackets] = /^(.*?)\s*<([^<>]*)>$/.exec(from) ?? [];
  const address = (inBrackets ?? from).trim();
  const at = address.lastIndexOf('@');
  const domain = /^[^\s@<>,;:"()[\]\\]+$/.test(address.slice(at + 1)) ? domainToASCII(address.slice(at + 1)) : '';
  const local = address.slice(0, Math.max(at, 0));
  const name = unquote(phrase);
  if (domain === '' || !LOCAL_PART.test(local) || name === null) return null;
  return { email: `${local}@${domain}`, domain, name: name === '' ? null : name };
}

/** `null` if it is not a name but contains more addresses. */
function unquote(phrase: string): string | null {
  const bare = phrase.replaceAll(/"((?:[^"\\]|\\.)*)"/g, '');
  if (/[<>]/.test(bare)) return null;
  return phrase
    .replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, quoted: string) => quoted.replaceAll(/\\(.)/g, '$1'))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * The sender as a `mailbox` of RFC 5322 (3.4), for an API that takes it as one string. A name with special characters is quoted.
 * Letters beyond ASCII stay as they are (RFC 6532, 3.2); the API encodes them for the mail.
 */
export function mailbox({ email, name }: Sender): string {
  if (name === null) return email;
  return PHRASE.test(name) ? `${name} <${email}>` : `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}" <${email}>`;
}
