import type { Context } from '../../context.js';
import { hasLineEnd } from '../../foundation/line-end.js';
import type { Finding } from './finding.js';
import { guessableBits } from './guessable-bits.js';

/** An attacker with a token or a database can try secrets offline. */
const SECRET_BITS = 80;
/** Guesses at it go through the server, which limits them. */
const ADMIN_PASSWORD_BITS = 30;
const REMEDY = 'Put a random one first in the list, such as the output of: openssl rand -base64 32';

export function checkSecrets({ settings }: Context): Finding[] {
  const { passwords, registration } = settings;
  // A secret with a line end is kept for tokens made under it, and is the same as the one without.
  const secrets = settings.secrets.filter((value) => !hasLineEnd(value));
  const peppers = passwords.peppers.filter((value) => !hasLineEnd(value));
  const { adminPassword } = registration;
  const named = [
    ...secrets.map((value, at) => ({ name: nameOf('secret', at, secrets), value })),
    ...peppers.map((value, at) => ({ name: nameOf('passwords.pepper', at, peppers), value })),
  ];
  return [
    ...named.filter(({ value }) => guessableBits(value) < SECRET_BITS).map(({ name }) => guessable(name)),
    ...sharedAmong(adminPassword === undefined ? named : [...named, { name: 'registration.adminPassword', value: adminPassword }]),
    ...(adminPassword !== undefined && guessableBits(adminPassword) < ADMIN_PASSWORD_BITS ? [guessableAdminPassword] : []),
  ];
}

interface Named {
  readonly name: string;
  readonly value: string;
}

const nameOf = (name: string, at: number, all: readonly string[]): string => (all.length === 1 ? name : `${name}[${at}]`);

function guessable(name: string): Finding {
  return {
    id: 'secret-guessable',
    severity: 'error',
    problem: `${name} is made of words, sequences or repetitions: anyone with a token or a copy of the database can guess it`,
    remedy: `${REMEDY}; keep the old one second in the list until everything made with it has expired`,
  };
}

/** A secret that contains another counts as the same: someone who learns one has the other. */
function sharedAmong(all: readonly Named[]): Finding[] {
  return all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .filter((other) => one.value.includes(other.value) || other.value.includes(one.value))
      .map((other) => ({
        id: 'secret-shared',
        severity: 'error',
        problem: `${one.name} and ${other.name} are equal, or one contains the other: anyone who learns one has both`,
        remedy: 'Give each its own value, such as the output of: openssl rand -base64 32',
      })),
  );
}

const guessableAdminPassword: Finding = {
  id: 'admin-password-guessable',
  severity: 'error',
  problem: 'registration.adminPassword can be guessed: then anyone can register as an administrator',
  remedy: 'Use a random one, such as the output of: openssl rand -base64 18; or none, if administrators are created by hand',
};
