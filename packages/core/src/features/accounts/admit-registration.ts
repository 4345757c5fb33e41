import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { BeforeRegister } from '../hooks/options.js';
import { runHook } from '../hooks/run-hook.js';

export interface NewAccount extends Omit<BeforeRegister, 'caller'> {
  readonly caller: Caller;
}

/** Asks `beforeRegister` whether this account may be created. Fails with what it throws. */
export async function admitRegistration(context: Context, account: NewAccount): Promise<void> {
  await runHook(context, {
    hook: context.settings.hooks.beforeRegister,
    attempt: account,
    refusal: (detail) => ({ type: 'account.registration-refused', outcome: 'failure', detail }),
  });
}
