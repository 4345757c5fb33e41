/** The values that core creates for one login attempt with a provider (security.md X1). */
export interface ProviderAttempt {
  /** The address that the provider redirects the browser to. It must be registered with the provider. */
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
  /** The parameters of the answer, unverified except for `state`, which matches the attempt. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** The tokens of a provider's answer, under the names of RFC 6749 5.1. `expires_in` is in seconds. */
export interface ProviderTokenResponse {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  readonly id_token?: string | undefined;
  readonly token_type?: string | undefined;
  readonly scope?: string | undefined;
  readonly expires_in?: number | undefined;
}

/** The identity that the provider asserts, verified. */
export interface ProviderIdentity {
  /** The authority for `subject`: an OpenID issuer, including the tenant if it has many. */
  readonly issuer: string;
  /** Never changes and is never reassigned to another person at this issuer. An email address is not suitable. */
  readonly subject: string;
  readonly email: string | null;
  /** Whether the provider vouches that this person has access to the mailbox of `email` now. */
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** The provider's own tokens, if they were asked for. They are sealed before they are stored (X4). */
  readonly tokens?: ProviderTokenResponse | undefined;
}

/** An external way to log in, such as Google. `@sallyport/providers` has implementations. */
export interface Provider {
  /** The name that is shown to users. */
  readonly name: string;
  /**
   * How the answer is returned: in the query of the address, or as a form that the provider's page posts. Default
   * `'query'`.
   */
  readonly responseMode?: 'query' | 'form_post' | undefined;
  /** Returns the address to redirect the browser to. */
  start(attempt: ProviderStart): Promise<string>;
  /** Verifies the answer: code, `iss`, and the ID token with its signature, audience, nonce and times. Throws if anything is wrong. */
  finish(answer: ProviderAnswer): Promise<ProviderIdentity>;
}
