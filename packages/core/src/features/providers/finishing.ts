import type { ErrorCode } from '../../errors.js';
import type { AuthEventOf } from '../../model/events.js';
import type { Caller } from '../../model/caller.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import type { Attempt } from './attempt.js';

/** An attempt whose provider has said who it is. */
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
  /** Whose account was meant, if any. */
  readonly userId?: string;
  /** Told to the log alone. */
  readonly cause?: unknown;
}
