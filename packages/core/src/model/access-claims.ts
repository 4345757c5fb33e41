import * as v from 'valibot';
import { isId } from '../foundation/ids.js';
import type { Schema } from '../foundation/parse.js';
import type { AssuranceLevel } from '../ports/store/sessions.js';

/** The claims of an access token (RFC 9068). Times are seconds since the epoch. */
export interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  /** The user's id. */
  readonly sub: string;
  /** The session's id. */
  readonly sid: string;
  readonly iat: number;
  readonly exp: number;
  /** When a credential was last proven in the session. */
  readonly auth_time: number;
  /** RFC 8176 method names. */
  readonly amr: readonly string[];
  readonly acr: `aal${AssuranceLevel}`;
  readonly role: string;
  /** The security version of the user when the token was issued. */
  readonly ver: number;
  /**
   * The refresh counter of the session when a refresh or login issued the token; absent if something else issued it.
   */
  readonly gen?: number | undefined;
}

const id = v.pipe(v.string(), v.check(isId));
const seconds = v.pipe(v.number(), v.safeInteger());

/** jose checks signatures and dates, but not the types of the claims. */
export const accessClaims: Schema<AccessClaims> = v.object({
  iss: v.string(),
  aud: v.string(),
  sub: id,
  sid: id,
  iat: seconds,
  exp: seconds,
  auth_time: seconds,
  amr: v.array(v.string()),
  acr: v.picklist(['aal1', 'aal2']),
  role: v.string(),
  ver: seconds,
  gen: v.optional(seconds),
});
