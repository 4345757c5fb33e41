import { AuthError } from '../../errors.js';
import type { PasskeyFault } from '../../model/event-shapes.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { Ceremony } from './ceremony.js';

/** A genuine answer whose counter went back, so that there may be a copy of the passkey. */
interface CopiedPasskey {
  readonly ceremony: Ceremony;
  readonly user: UserRecord;
}

interface RefusalDetails {
  /** Whose passkey it is, where that is known. */
  readonly userId?: string;
  readonly copied?: CopiedPasskey;
}

/** Why an authenticator's answer is refused: known to the trail alone, since every failure is one answer (security.md W5). */
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
