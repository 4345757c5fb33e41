import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import { PASSKEY_PROOF } from '../../model/passkey-proof.js';
import { withTransaction } from '../../unit-of-work.js';
import type { FactorSubject } from '../two-factor/find-subject.js';
import { passSubject } from '../two-factor/pass-subject.js';
import type { VerifyData } from '../two-factor/schema.js';
import { verifiedData } from '../two-factor/verified-data.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import type { ProvenPasskey } from './prove-passkey.js';
import { usePasskey } from './use-passkey.js';

export interface PasskeyPass {
  readonly proven: ProvenPasskey;
  readonly subject: FactorSubject;
  readonly caller: Caller;
}

/** Answers the challenge of a login, or steps a session up, with a proven passkey of the same user. Throws `PasskeyRefusal`. */
export async function passByPasskey(context: Context, { proven, subject, caller }: PasskeyPass): Promise<VerifyData> {
  const { user } = subject;
  if (proven.user.id !== user.id) throw new PasskeyRefusal('other-account', { userId: proven.user.id });
  const passed = await withTransaction(context, {
    caller,
    async work(tx) {
      await usePasskey(tx, { proven, purpose: subject.kind === 'challenge' ? 'challenge' : 'step-up' });
      return passSubject(tx, { subject, amr: PASSKEY_PROOF.amr, isConsumed: false, caller });
    },
  });
  return verifiedData(context, { passed, user });
}
