import { refuse } from './settings.js';

export interface Sender {
  readonly email: string;
  readonly name: string | null;
}

/** Reads `mail@example.com` or `Example <mail@example.com>`. */
export function readSender(maker: string, from: string): Sender {
  const [, name, inBrackets] = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(from) ?? [];
  const email = (inBrackets ?? from).trim();
  const valid = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(email) && !/\p{Cc}/u.test(from);
  refuse(maker, valid ? [] : [{ path: 'from', message: 'has to be an address such as "Example <mail@example.com>"' }]);
  const bare = name?.replace(/^"(.*)"$/, '$1') ?? '';
  return { email, name: bare === '' ? null : bare };
}
