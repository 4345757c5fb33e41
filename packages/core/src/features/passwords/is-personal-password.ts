import { foldPassword } from '../../foundation/fold-password.js';

/** The owner of a password. */
export interface PasswordOwner {
  readonly name: string;
  readonly username?: string | null | undefined;
  readonly email: string;
}

/** Shorter ones occur in too many words. */
const SHORTEST_TERM = 3;
/** So few letters are decoration, like digits and punctuation. */
const DECORATION_LETTERS = 2;

/**
 * Whether the password consists of public facts about the account: its name, username, email address or the name of the
 * service, in any case and order, with only digits, punctuation or a letter or two around them (security.md P3). A longer
 * password that merely contains a name is accepted.
 */
export function isPersonalPassword({
  password,
  owner,
  serviceName,
}: {
  readonly password: string;
  readonly owner: PasswordOwner;
  readonly serviceName: string;
}): boolean {
  let rest = lettersAndDigits(password);
  let found = false;
  for (const term of termsOf(owner, serviceName)) {
    const without = rest.replaceAll(term, '');
    found ||= without !== rest;
    rest = without;
  }
  return found && rest.replace(/\p{N}/gu, '').length <= DECORATION_LETTERS;
}

/** Longest first: a whole name goes before its parts. */
function termsOf({ name, username, email }: PasswordOwner, serviceName: string): string[] {
  const [local = ''] = email.split('@');
  const texts = [name, username ?? '', email, local, serviceName];
  const terms = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).map(lettersAndDigits);
  const telling = [...new Set(terms)].filter((term) => term.length >= SHORTEST_TERM);
  return telling.toSorted((a, b) => b.length - a.length);
}

/** Letters and digits only: `ada.lovelace` and `Ada Lovelace` are the same. */
function lettersAndDigits(text: string): string {
  return foldPassword(text).replace(/[^\p{L}\p{N}]/gu, '');
}
