import type { Caller } from '../../deps.js';
import { AuthError } from '../../errors.js';
import { recordEvent } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import type { SessionState } from '../sessions/session-states.js';
import { verifyPassword } from './verify-password.js';
import type { VerifyPasswordDeps } from './verify-password.js';

export type DemandPasswordDeps = TransactDeps & VerifyPasswordDeps;

export interface DemandPasswordInput {
  readonly current: SessionState;
  readonly password: string;
  readonly caller: Caller;
}

/** Fails with `INVALID_CREDENTIALS`, and leaves an event, unless this is the password of the session's user. */
export async function demandPassword(
  deps: DemandPasswordDeps,
  { current, password, caller }: DemandPasswordInput,
): Promise<void> {
  // Read past the cache: a password that was changed in another process a moment ago opens nothing here any more.
  const user = await deps.store.users.find(current.user.id);
  if (await verifyPassword(deps, { user, password, caller })) return;
  await recordEvent(deps, {
    caller,
    event: {
      type: 'session.reauthentication-failed',
      outcome: 'failure',
      userId: user?.id ?? null,
      sessionId: current.session.id,
    },
  });
  throw new AuthError('INVALID_CREDENTIALS');
}
