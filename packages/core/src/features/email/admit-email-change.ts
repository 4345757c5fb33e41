import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { EventSubject } from '../../model/events.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import { runHook } from '../hooks/run-hook.js';

export interface EmailChange {
  readonly user: UserRecord;
  readonly newEmail: string;
  /** Whom the event of a veto is about. */
  readonly about: EventSubject;
  readonly caller: Caller;
}

/** Asks `beforeEmailChange` whether the user may have this address. Fails with what it throws. */
export async function admitEmailChange(context: Context, { user, newEmail, about, caller }: EmailChange): Promise<void> {
  await runHook(context, {
    hook: context.settings.hooks.beforeEmailChange,
    attempt: { user: toUser(context, user), newEmail, caller },
    refusal: (detail) => ({ type: 'email.change-refused', outcome: 'failure', ...about, detail }),
  });
}
