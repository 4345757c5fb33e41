import type { Context } from '../../context.js';
import type { Finding } from './finding.js';
import { findChangedKeys, type KeyKind } from '../key-check/known-keys.js';

/** Whether the database was used before with another secret or pepper. */
export async function checkKeys(context: Context): Promise<Finding[]> {
  return (await findChangedKeys(context)).map((kind) => FINDINGS[kind]);
}

const FINDINGS: Readonly<Record<KeyKind, Finding>> = {
  secret: {
    id: 'secret-changed',
    severity: 'error',
    problem: 'this database was used with another secret: sessions, authenticator apps and backup codes made under it do not work',
    remedy: 'Configure the former secret again; if it was to be replaced, second in the list: secret: [newSecret, formerSecret]',
  },
  pepper: {
    id: 'pepper-changed',
    severity: 'error',
    problem: 'this database was used with another pepper: users whose passwords were set under it cannot log in',
    remedy: 'Configure the former pepper again; if it was to be replaced, second in the list: passwords: { pepper: [newPepper, formerPepper] }',
  },
};
