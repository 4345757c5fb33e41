import type { SessionProof, SessionRecord } from '../ports/store/sessions.js';

const KEY = 'swk';

/**
 * How a passkey proves its user: by a key that the authenticator releases only after it has verified the user, which is
 * both factors (RFC 8176: `swk`, `user`, `mfa`).
 */
export const PASSKEY_PROOF: SessionProof = { amr: [KEY, 'user', 'mfa'], aal: 2 };

/** True if a passkey was used in the session, to begin it or to step it up. */
export function isProvenByPasskey({ amr, aal }: Pick<SessionRecord, 'amr' | 'aal'>): boolean {
  return aal === 2 && amr.includes(KEY);
}
