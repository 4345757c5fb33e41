import { domainToASCII } from 'node:url';
import { withoutInvisible } from '../../foundation/typed-text.js';

const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
/** RFC 5321's dot-string, as every mailbox in use has. Quoted local parts only serve to confuse parsers. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NUMERIC = /^[0-9]+$/;
/** What a copied address may have around it and nobody sees. */
const EDGES = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;

/**
 * The form of an email address that is stored, looked up and written to (security.md Z3), or `null` if it is no address:
 * trimmed, the local part ASCII and lower-case, the domain in its ASCII form (IDNA). Lower-casing is done here, since
 * databases differ in what they call lower case.
 */
export function canonicalEmail(text: string): string | null {
  const trimmed = text.replace(EDGES, '');
  const at = trimmed.lastIndexOf('@');
  // In the local part alone: domains of some scripts are written with a zero-width joiner, and IDNA knows where.
  const local = lowerAscii(withoutInvisible(trimmed.slice(0, Math.max(at, 0))));
  if (local.length > MAX_LOCAL_LENGTH || !LOCAL.test(local)) return null;
  const domain = canonicalDomain(trimmed.slice(at + 1));
  if (domain === null || local.length + 1 + domain.length > MAX_LENGTH) return null;
  return `${local}@${domain}`;
}

function canonicalDomain(text: string): string | null {
  // Only what IDNA is for: the WHATWG parser would also decode %xx and turn numbers into IP addresses.
  if (text.length > MAX_LENGTH || /[^A-Za-z0-9.\-\u0080-\u{10ffff}]/u.test(text)) return null;
  const domain = domainToASCII(text);
  const labels = domain.split('.');
  const isHostName = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return isHostName && !NUMERIC.test(labels.at(-1) ?? '') ? domain : null;
}

/** Not `toLowerCase`: that turns the Kelvin sign into a k, and one address into another's. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
