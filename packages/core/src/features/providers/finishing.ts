import type { ErrorCode } from '../../errors.js';
import type { AuthEventOf } from '../../model/events.js';
import type { Caller } from '../../model/caller.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import type { Attempt } from './attempt.js';

/** An attempt whose provider has identified the user. */
export interface Finishing {
  readonly attempt: Attempt;
  readonly identity: ProviderIdentity;
  readonly browserToken: string;
  readonly caller: Caller;
}

/** A refusal that is committed with its event: the attempt is used up although the request fails. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  readonly reason: AuthEventOf<'provider.refused'>['detail']['reason'];
  /** The account that was meant, if any. */
  readonly userId?: string;
  /** Written only to the log. */
  readonly cause?: unknown;
}
