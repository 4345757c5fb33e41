import type { TransactionContext } from '../../unit-of-work.js';
import type { Outcome } from './commit-outcome.js';
import type { Finishing } from './finishing.js';
import { issueCode } from './issue-code.js';
import { linkToSession } from './link-to-session.js';
import { resolveUser } from './resolve-user.js';
import type { Admission } from './sign-up.js';

export interface ConcludeAttemptInput extends Finishing {
  /** Whether the identity may create an account; `null` if it does not need one. */
  readonly admitted: Admission | null;
}

/** Links the identity to the session that asked for it, or issues a code for the account that it gives access to. */
export async function concludeAttempt(tx: TransactionContext, { admitted, ...finishing }: ConcludeAttemptInput): Promise<Outcome> {
  const { link, provider } = finishing.attempt;
  if (link !== null) {
    const refused = await linkToSession(tx, { ...finishing, link });
    return refused ?? { kind: 'done', facts: { linked: provider } };
  }
  const resolved = await resolveUser(tx, { ...finishing, admitted });
  if (resolved.kind === 'refused') return resolved;
  return { kind: 'done', facts: { code: await issueCode(tx, { ...finishing, ...resolved }) } };
}
