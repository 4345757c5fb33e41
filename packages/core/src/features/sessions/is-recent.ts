import type { Deps } from '../../deps.js';
import type { SessionRecord } from '../../ports/store/sessions.js';

/** How long the last proof of a credential counts as recent (http-api.md, `session+recent`). */
export const RECENT_MS: number = 5 * 60_000;

/** Whether a credential was proven in this session within the last five minutes. */
export function isRecent({ clock }: Pick<Deps, 'clock'>, { authenticatedAt }: SessionRecord): boolean {
  return clock.now() - authenticatedAt <= RECENT_MS;
}
