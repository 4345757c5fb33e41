import * as v from 'valibot';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Schema } from '../../foundation/parse.js';
import type { Caller } from '../../model/caller.js';
import type { AssuranceLevel } from '../../ports/store/sessions.js';
import { opaqueToken } from '../tokens/opaque-token.js';
import { finishLogin } from './finish-login.js';
import type { LoginOutcome } from './schema.js';

export interface StartSessionInput {
  readonly userId: string;
  /** How the application proved the user: RFC 8176 names such as `pwd`, or other names such as `ldap`. */
  readonly amr: readonly string[];
  /** `2` if that was more than one factor: then no second factor is required. Default `1`. */
  readonly aal?: AssuranceLevel | undefined;
  /** Of a device that has logged in before. */
  readonly deviceToken?: string | undefined;
}

const method = v.pipe(v.string('must be a string'), v.check((text) => /^[a-z0-9_-]{1,32}$/.test(text), 'must be 1 to 32 of a-z, 0-9, "_" and "-"'));

export const startSessionInput: Schema<StartSessionInput> = v.strictObject({
  userId: v.string('must be a string'),
  amr: v.pipe(v.array(method), v.check((methods) => methods.length > 0 && methods.length <= 8, 'must name 1 to 8 methods')),
  aal: v.optional(v.picklist([1, 2])),
  deviceToken: v.optional(opaqueToken),
});

/**
 * Logs in a user whom the application itself has authenticated. It ends as every login does, with a session or with the
 * challenge for the second factor. Fails with `NOT_FOUND` for an unknown user, and as `finishLogin` does.
 */
export async function startSession(
  context: Context,
  { userId, amr, aal = 1, deviceToken, caller }: StartSessionInput & { readonly caller: Caller },
): Promise<LoginOutcome> {
  const user = await context.store.users.find(userId);
  if (user === null) throw new AuthError('NOT_FOUND');
  const { data } = await finishLogin(context, { user, proof: { amr, aal }, deviceToken, caller });
  return data;
}
