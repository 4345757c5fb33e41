import type { Provider, ProviderIdentity } from '@sallyport/core';
import {
  allowInsecureRequests, authorizationCodeGrant, buildAuthorizationUrl, customFetch, discovery, enableNonRepudiationChecks, fetchUserInfo,
} from 'openid-client';
import type { ClientAuth, Configuration } from 'openid-client';
import * as v from 'valibot';
import { boundedFetch } from './bounded-fetch.js';
import { claimsSchema } from './claims.js';
import type { Claims } from './claims.js';
import { callbackOf, tokensOf } from './grant.js';
import { lazyConfiguration } from './lazy-configuration.js';
import type { CommonOptions } from './options.js';

/** Timeout of one request. The library allows ten seconds for the whole callback. */
const TIMEOUT_SECONDS = 8;

/** The description of a provider. */
export interface OpenIdDescription {
  readonly options: CommonOptions & { readonly clientId: string };
  readonly name: string;
  /** The discovery URL; `/.well-known/openid-configuration` is appended. */
  readonly issuer: URL;
  readonly clientAuth: ClientAuth;
  readonly scopes: readonly string[];
  readonly responseMode?: 'form_post' | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** The identity for these claims. Throws if this account may not log in. */
  readonly toIdentity: (claims: Claims, parameters: Readonly<Record<string, string | undefined>>) => ProviderIdentity;
  /** Whether to request the claims that the ID token lacks from the UserInfo endpoint. */
  readonly asksUserInfo?: boolean | undefined;
}

/** An OpenID Connect provider. Its metadata are discovered at first use, and each response is fully verified. */
export function openIdProvider(description: OpenIdDescription): Provider {
  const { options, name, issuer, clientAuth, scopes, responseMode } = description;
  const isInsecure = issuer.protocol === 'http:';
  const configuration = lazyConfiguration({
    discover: async () =>
      discovery(issuer, options.clientId, undefined, clientAuth, {
        [customFetch]: boundedFetch,
        timeout: TIMEOUT_SECONDS,
        // The signature of the ID token is verified, although it arrives over TLS (X1).
        execute: [enableNonRepudiationChecks, ...(isInsecure ? [allowInsecureRequests] : [])],
      }),
  });
  return {
    name: options.name ?? name,
    responseMode,
    async start({ redirectUri, state, nonce, codeChallenge }) {
      const url = buildAuthorizationUrl(await configuration(), {
        ...description.parameters,
        ...options.parameters,
        ...(responseMode !== undefined && { response_mode: responseMode }),
        redirect_uri: redirectUri,
        scope: (options.scopes ?? scopes).join(' '),
        state,
        nonce,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    async finish(answer) {
      const config = await configuration();
      const { state, nonce, codeVerifier, parameters } = answer;
      const tokens = await authorizationCodeGrant(config, callbackOf(answer), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = v.parse(claimsSchema, tokens.claims());
      const known = description.asksUserInfo === true ? await withUserInfo(config, claims, tokens.access_token) : claims;
      const identity = description.toIdentity(known, parameters);
      return options.keepTokens === true ? { ...identity, tokens: tokensOf(tokens) } : identity;
    },
  };
}

/** Providers may omit the address from the ID token (OpenID Connect Core 5.4). The subject must be the same. */
async function withUserInfo(config: Configuration, claims: Claims, accessToken: string): Promise<Claims> {
  if (claims.email !== undefined || config.serverMetadata().userinfo_endpoint === undefined) return claims;
  const more = await fetchUserInfo(config, accessToken, claims.sub);
  // X2: `email_verified` comes from where the address comes from. That of the ID token may be about another address.
  return v.parse(claimsSchema, { ...more, ...claims, email_verified: more.email_verified, iss: claims.iss, sub: claims.sub });
}
