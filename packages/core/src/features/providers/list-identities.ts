import type { Context } from '../../context.js';
import type { SessionState } from '../../model/session-state.js';
import { toIdentity, type IdentitiesData } from './schema.js';

/** The identities that are linked to the user's account, newest first. */
export async function listIdentities(context: Context, { user }: SessionState): Promise<IdentitiesData> {
  return { identities: (await context.store.identities.list(user.id)).map(toIdentity) };
}
