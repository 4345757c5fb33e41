import type { Context } from '../../context.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import { makeSecret } from '../../crypto/secret-token.js';
import { AuthError } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { withTransaction } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { toApiKey, type CreateApiKeyData, type CreateApiKeyInput } from './schema.js';

export type CreateApiKeyRequest = CreateApiKeyInput & AuthenticatedRequest;

/** Creates an API key and notifies the owner. Fails with `FORBIDDEN` if the user has the maximum number of keys. */
export async function createApiKey(
  context: Context,
  { name, current: { user, session }, caller }: CreateApiKeyRequest,
): Promise<CreateApiKeyData> {
  const { clock, keyring, makeId, random, settings } = context;
  const key = `sp_ak_${makeSecret(random)}`;
  const record = {
    id: makeId(),
    userId: user.id,
    name,
    keyHash: keyedHash(keyring, { label: 'api-key', value: key }),
    createdAt: clock.now(),
  };
  const isStored = await withTransaction(context, {
    caller,
    async work(tx) {
      // The store decides in one method: two concurrent requests could both find room here.
      const stored = await tx.store.apiKeys.insert(record, settings.apiKeys.maxPerUser);
      const about = { userId: user.id, sessionId: session.id };
      if (!stored) {
        await tx.unit.record({ type: 'api-key.refused', outcome: 'failure', ...about, detail: { reason: 'too-many' } });
        return false;
      }
      await tx.unit.record({ type: 'api-key.created', outcome: 'success', ...about, detail: { apiKeyId: record.id } });
      await notifyOwner(tx, { user, notice: 'api-key-created', caller });
      return true;
    },
  });
  if (!isStored) throw new AuthError('FORBIDDEN', { message: `You may have ${settings.apiKeys.maxPerUser} API keys` });
  return { apiKey: toApiKey(record), key };
}
