import * as v from 'valibot';
import { duration } from '../duration.js';
import type { Duration } from '../duration.js';
import { ConfigError } from '../errors.js';
import { parse } from '../parse.js';
import type { AccessRule } from './access.js';

/** What an application's own route asks of a session beyond being live. */
export interface AccessOptions {
  /** One of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** `2`: a second factor passed in this session. */
  readonly aal?: 1 | 2 | undefined;
  /** How long ago the last proof of a credential may be, in milliseconds or with a unit: `'5m'`. */
  readonly maxAge?: Duration | undefined;
}

const accessOptions = v.strictObject({
  roles: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1, 'must not be empty'))), v.minLength(1, 'has to name a role'))),
  aal: v.optional(v.picklist([1, 2])),
  maxAge: v.optional(duration(1)),
});

/** The rule for `auth.guard`. Throws `ConfigError`: a route whose guard is misspelt must not start, least of all open. */
export function accessRule(options: AccessOptions): AccessRule {
  const parsed = parse(accessOptions, options);
  if (!parsed.ok) throw new ConfigError(parsed.issues, 'This access rule cannot be used');
  const { roles, aal, maxAge } = parsed.value;
  return Object.freeze({ roles, aal, maxAgeMs: maxAge });
}
