import { domainToASCII } from 'node:url';
import { withoutInvisible } from '../../foundation/typed-text.js';

const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
/** The dot-string of RFC 5321, which all mailboxes in use have. Quoted local parts only confuse parsers. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NUMERIC = /^[0-9]+$/;
/** Invisible characters and whitespace that come along when an address is copied. */
const EDGES = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;

/**
 * The form of an email address that is stored, looked up and written to (security.md Z3): trimmed, with the local part
 * in lower-case ASCII and the domain in its ASCII form (IDNA). Returns `null` if the text is not an address.
 * Lower-casing is done here, since databases differ in it.
 */
export function canonicalEmail(text: string): string | null {
  const trimmed = text.replace(EDGES, '');
  const at = trimmed.lastIndexOf('@');
  // Only in the local part: the domains of some scripts contain a zero-width joiner, and IDNA decides where it is
  // allowed.
  const local = lowerAscii(withoutInvisible(trimmed.slice(0, Math.max(at, 0))));
  if (local.length > MAX_LOCAL_LENGTH || !LOCAL.test(local)) return null;
  const domain = canonicalDomain(trimmed.slice(at + 1));
  if (domain === null || local.length + 1 + domain.length > MAX_LENGTH) return null;
  return `${local}@${domain}`;
}

function canonicalDomain(text: string): string | null {
  // Only characters that IDNA handles: the WHATWG parser would also decode %xx and turn numbers into IP addresses.
  if (text.length > MAX_LENGTH || /[^A-Za-z0-9.\-\u0080-\u{10ffff}]/u.test(text)) return null;
  const domain = domainToASCII(text);
  const labels = domain.split('.');
  const isHostName = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return isHostName && !NUMERIC.test(labels.at(-1) ?? '') ? domain : null;
}

/** Not `toLowerCase`: it turns the Kelvin sign into a k, and so one address into another. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
