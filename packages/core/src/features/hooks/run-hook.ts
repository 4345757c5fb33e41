import type { Context } from '../../context.js';
import { deepFreeze } from '../../foundation/deep-freeze.js';
import { AuthError } from '../../errors.js';
import { recordRefusal, type Refusal } from '../../unit-of-work.js';
import type { Veto } from '../../model/event-shapes.js';
import type { HookCaller } from './options.js';

export interface HookQuestion<Attempt> {
  readonly hook: ((attempt: Attempt) => void | Promise<void>) | undefined;
  readonly attempt: NoInfer<Attempt>;
  /** What the audit trail says of a veto. */
  readonly refusal: (detail: { readonly reason: Veto }) => Refusal;
}

/** Asks the application whether to go on; throws what it throws. Never within a transaction: a hook takes its time. */
export async function runHook<Attempt extends { readonly caller: HookCaller }>(
  context: Context,
  { hook, attempt, refusal }: HookQuestion<Attempt>,
): Promise<void> {
  if (hook === undefined) return;
  const { caller } = attempt;
  try {
    await hook(deepFreeze(attempt));
  } catch (error) {
    const reason = error instanceof AuthError ? 'vetoed' : 'hook-failed';
    await recordRefusal(context, { caller, event: refusal({ reason }) });
    throw error;
  }
}
