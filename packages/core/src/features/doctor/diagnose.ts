import type { Deps } from '../../context.js';
import { checkHashing } from './check-hashing.js';
import { checkSecrets } from './check-secrets.js';
import { checkStore } from './check-store.js';
import { checkSurroundings } from './check-surroundings.js';
import type { Finding } from './finding.js';

export type DiagnoseDeps = Pick<
  Deps,
  'settings' | 'store' | 'clock' | 'environment' | 'hasher' | 'printsMessages' | 'proxyWatch' | 'limiter'
>;

/** Everything that is not as it should be, errors first. Changes nothing, and never rejects. */
export async function diagnose(deps: DiagnoseDeps): Promise<readonly Finding[]> {
  const findings = [
    ...checkSecrets(deps),
    ...checkSurroundings(deps),
    ...(await checkHashing(deps)),
    ...(await checkStore(deps)),
  ];
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1);
