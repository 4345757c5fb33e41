import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { withTransaction } from '../../unit-of-work.js';
import { toPasskey, type PasskeyData, type RenamePasskeyInput } from './schema.js';

export type RenamePasskeyRequest = RenamePasskeyInput & AuthenticatedRequest;

/** Fails with `NOT_FOUND` for a passkey that is not the user's. */
export async function renamePasskey(context: Context, { id, name, current, caller }: RenamePasskeyRequest): Promise<PasskeyData> {
  const { user, session } = current;
  return withTransaction(context, {
    caller,
    async work({ unit }) {
      const renamed = await unit.passkeys.rename(id, user.id, name);
      if (renamed === null) throw new AuthError('NOT_FOUND');
      const about = { userId: user.id, sessionId: session.id, detail: { passkeyId: id } };
      await unit.record({ type: 'passkey.renamed', outcome: 'success', ...about });
      return { passkey: toPasskey(renamed) };
    },
  });
}
