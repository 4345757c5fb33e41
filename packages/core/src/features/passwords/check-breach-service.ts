import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { recordRefusal } from '../../unit-of-work.js';

const TIMEOUT_MS = 2_000;

/**
 * Whether the application's service knows the password from a breach. If the service fails or takes more than two seconds, the
 * password is accepted, since an outage must not lock users out, and an event is recorded.
 */
export async function checkBreachService(
  context: Context,
  { password, userId, caller }: { readonly password: string; readonly userId: string | null; readonly caller: Caller },
): Promise<boolean> {
  const { breached } = context.settings.passwords;
  if (breached === undefined) return false;
  const answer = await withinTime(context, async () => breached(password));
  if (typeof answer === 'boolean') return answer;
  await recordRefusal(context, {
    caller,
    event: { type: 'password.breach-check-failed', outcome: 'failure', userId, actorId: null, detail: { reason: answer } },
  });
  return false;
}

function withinTime(
  { clock }: Context,
  ask: () => Promise<boolean>,
): Promise<boolean | 'error' | 'timeout'> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(() => resolve('timeout'), TIMEOUT_MS);
    // The error may quote the password.
    ask()
      .then((isBreached) => resolve(isBreached === true), () => resolve('error'))
      .finally(cancel);
  });
}
