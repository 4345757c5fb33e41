import { AuthError } from '../../errors.js';
import type { PasskeyFault } from '../../model/event-shapes.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { Ceremony } from './ceremony.js';

/** A genuine answer whose counter went back: there may be a copy of the passkey. */
interface CopiedPasskey {
  readonly ceremony: Ceremony;
  readonly user: UserRecord;
}

interface RefusalDetails {
  /** The owner of the passkey, if known. */
  readonly userId?: string;
  readonly copied?: CopiedPasskey;
}

/**
 * Why an authenticator's answer is refused. Only the audit trail records the reason: every failure has the same answer
 * (security.md W5).
 */
export class PasskeyRefusal extends AuthError {
  readonly reason: PasskeyFault;
  readonly userId: string | undefined;
  readonly copied: CopiedPasskey | undefined;

  constructor(reason: PasskeyFault, { userId, copied }: RefusalDetails = {}) {
    super('INVALID_PASSKEY');
    this.reason = reason;
    this.userId = userId;
    this.copied = copied;
  }
}
