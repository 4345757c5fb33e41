import type { Context } from '../../context.js';
import type { Finding } from './finding.js';
import { findChangedKeys } from '../key-check/known-keys.js';
import type { KeyKind } from '../key-check/known-keys.js';

/** Whether the database was used before with another secret or pepper. */
export async function checkKeys(context: Context): Promise<Finding[]> {
  return (await findChangedKeys(context)).map((kind) => FINDINGS[kind]);
}

const FINDINGS: Readonly<Record<KeyKind, Finding>> = {
  secret: {
    id: 'secret-changed',
    severity: 'error',
    problem: 'this database was used with another secret: sessions, authenticator apps and backup codes made under it do not work',
    remedy: 'Put the former secret back, behind the new one if it was meant to be replaced: secret: [newSecret, formerSecret]',
  },
  pepper: {
    id: 'pepper-changed',
    severity: 'error',
    problem: 'this database was used with another pepper: nobody whose password was set under it can log in',
    remedy: 'Put the former pepper back, behind the new one if it was meant to be replaced: passwords: { pepper: [newPepper, formerPepper] }',
  },
};
