import type { Context } from '../../context.js';
import { deepFreeze } from '../../foundation/deep-freeze.js';
import { AuthError } from '../../errors.js';
import { recordRefusal, type Refusal } from '../../unit-of-work.js';
import type { Veto } from '../../model/event-shapes.js';
import type { HookCaller } from './options.js';

export interface HookQuestion<Attempt> {
  readonly hook: ((attempt: Attempt) => void | Promise<void>) | undefined;
  readonly attempt: NoInfer<Attempt>;
  /** The event that records a veto. */
  readonly refusal: (detail: { readonly reason: Veto }) => Refusal;
}

/** Calls the application's hook; throws what it throws. Never within a transaction, since a hook may be slow. */
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
