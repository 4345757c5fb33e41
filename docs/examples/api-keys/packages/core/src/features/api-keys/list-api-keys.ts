import type { Context } from '../../context.js';
import type { SessionState } from '../../model/session-state.js';
import { toApiKey } from './schema.js';
import type { ApiKeysData } from './schema.js';

/** The user's API keys, newest first. */
export async function listApiKeys({ store }: Context, { user }: SessionState): Promise<ApiKeysData> {
  return { apiKeys: (await store.apiKeys.list(user.id)).map(toApiKey) };
}
