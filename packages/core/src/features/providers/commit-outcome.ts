import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import type { Refused } from './finishing.js';
import { returnLocation, type ReturnFacts } from './return-page.js';
import type { LocationData } from './schema.js';

export type Outcome = Refused | { readonly kind: 'done'; readonly facts: ReturnFacts };
export type Decide = (tx: TransactionContext) => Promise<Outcome>;

export interface Decision {
  readonly provider: string;
  readonly caller: Caller;
  readonly decide: Decide;
}

/** Decides on a provider's answer in one transaction. A refusal is committed with its event, and fails with its code. */
export async function commitOutcome(context: Context, { provider, caller, decide }: Decision): Promise<LocationData> {
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const outcome = await decide(tx);
      if (outcome.kind === 'refused') {
        const { reason, userId = null } = outcome;
        await tx.unit.record({ type: 'provider.refused', outcome: 'failure', userId, actorId: null, detail: { provider, reason } });
      }
      return outcome;
    },
  });
  if (outcome.kind === 'refused') throw new AuthError(outcome.code, { cause: outcome.cause });
  const location = returnLocation(context, outcome.facts);
  if (location === null) throw new AuthError('INTERNAL');
  return { location };
}
