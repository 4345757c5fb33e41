import type { Context } from '../../context.js';
import { checkHashing } from './check-hashing.js';
import { checkPasskeys } from './check-passkeys.js';
import { checkSecrets } from './check-secrets.js';
import { checkServices } from './check-services.js';
import { checkStore } from './check-store.js';
import { checkSurroundings } from './check-surroundings.js';
import type { Finding } from './finding.js';

/** Reports all findings, errors first. Changes nothing, and never rejects. */
export async function diagnose(context: Context): Promise<readonly Finding[]> {
  const findings = [
    ...checkSecrets(context),
    ...checkSurroundings(context),
    ...(await checkHashing(context)),
    ...(await checkPasskeys(context)),
    ...(await checkStore(context)),
    ...(await checkServices(context)),
  ];
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1);
