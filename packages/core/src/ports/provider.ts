/** What core has made for one attempt to log in with a provider, fresh for each (security.md X1). */
export interface ProviderAttempt {
  /** Where the provider sends the browser back to. It has to be registered with the provider. */
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** Aborted when the provider has taken too long. */
  readonly signal: AbortSignal;
}

export interface ProviderStart extends ProviderAttempt {
  /** S256 of the verifier (RFC 7636). */
  readonly codeChallenge: string;
}

export interface ProviderAnswer extends ProviderAttempt {
  readonly codeVerifier: string;
  /** What the browser brought back, unverified. Its `state` was found to be that of the attempt. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** Who the provider says it is, verified. */
export interface ProviderIdentity {
  /** Whoever vouches for `subject`: an OpenID issuer, with its tenant where it has many. */
  readonly issuer: string;
  /** Never changes and is never given to another person at this issuer. An email address is no such thing. */
  readonly subject: string;
  readonly email: string | null;
  /** Whether the provider vouches that this person reads the mailbox of `email` now. */
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** The provider's own tokens, if they were asked for. They are sealed before they are stored (X4). */
  readonly tokens?: Readonly<Record<string, unknown>> | undefined;
}

/** Somebody else's way to log in, such as Google. Those of `@sallyport/providers` are made for this. */
export interface Provider {
  /** What people call it. */
  readonly name: string;
  /** How the answer comes back: in the address, or as a form that the provider's page posts. Default `'query'`. */
  readonly responseMode?: 'query' | 'form_post' | undefined;
  /** The address to send the browser to. */
  start(attempt: ProviderStart): Promise<string>;
  /** Verifies the answer: code, `iss`, and the ID token with its signature, audience, nonce and times. Throws if anything is wrong. */
  finish(answer: ProviderAnswer): Promise<ProviderIdentity>;
}
