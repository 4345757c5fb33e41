import type { SessionProof, SessionRecord } from '../ports/store/sessions.js';

const KEY = 'swk';

/**
 * How a passkey proves its user: by a key whose use the authenticator allowed once it had verified them, which is both factors
 * (RFC 8176: `swk`, `user`, `mfa`).
 */
export const PASSKEY_PROOF: SessionProof = { amr: [KEY, 'user', 'mfa'], aal: 2 };

/** True if a passkey was used in the session, at its begin or to step it up. */
export function isProvenByPasskey({ amr, aal }: Pick<SessionRecord, 'amr' | 'aal'>): boolean {
  return aal === 2 && amr.includes(KEY);
}
