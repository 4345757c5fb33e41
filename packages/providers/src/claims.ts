import type { ProviderIdentity } from '@sallyport/core';
import * as v from 'valibot';

/** The claims of an ID token or of the UserInfo endpoint. Signature, issuer, audience, nonce and times were verified before. */
export const claimsSchema = v.object({
  iss: v.string(),
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  email: v.optional(v.string()),
  // Apple has sent it as a string.
  email_verified: v.optional(v.union([v.boolean(), v.picklist(['true', 'false'])])),
  name: v.optional(v.string()),
  preferred_username: v.optional(v.string()),
  tid: v.optional(v.string()),
  hd: v.optional(v.string()),
});

export type Claims = v.InferOutput<typeof claimsSchema>;

/** The identity, with the claims of OpenID Connect Core 5.1. */
export function standardIdentity({ iss, sub, email, email_verified: isVerified, name }: Claims): ProviderIdentity {
  return {
    issuer: iss,
    subject: sub,
    email: email ?? null,
    emailVerified: email !== undefined && (isVerified === true || isVerified === 'true'),
    name: name ?? null,
  };
}
