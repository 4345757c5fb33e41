import type { Clock } from '../ports/clock.js';
import type { SessionRecord } from '../ports/store/sessions.js';

/** Maximum age of a proof of a credential that counts as recent: under five minutes (http-api.md, `session+recent`). */
export const RECENT_MS: number = 5 * 60_000 - 1;

/** Whether a credential was proven in this session within the last five minutes. */
export function isRecent({ clock }: { readonly clock: Clock }, { authenticatedAt }: SessionRecord): boolean {
  return clock.now() - authenticatedAt <= RECENT_MS;
}
