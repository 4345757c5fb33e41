import type { Issue, Provider, ProviderIdentity } from '@sallyport/core';
import {
  allowInsecureRequests, authorizationCodeGrant, buildAuthorizationUrl, ClientSecretPost, Configuration, customFetch, fetchProtectedResource,
} from 'openid-client';
import * as v from 'valibot';
import { boundedFetch } from './bounded-fetch.js';
import { callbackOf, tokensOf } from './grant.js';
import { isServer, readOptions, unless } from './options.js';
import type { SecretOptions } from './options.js';

const ISSUER = 'https://github.com/login/oauth';
const TIMEOUT_SECONDS = 4;
const API_HEADERS = { Accept: 'application/vnd.github+json', 'User-Agent': 'sallyport', 'X-GitHub-Api-Version': '2022-11-28' };

const userSchema = v.object({ id: v.pipe(v.number(), v.safeInteger()), login: v.string(), name: v.optional(v.nullable(v.string())) });
const emailsSchema = v.array(v.object({ email: v.string(), primary: v.boolean(), verified: v.boolean() }));

export interface GithubOptions extends SecretOptions {
  /** The URL of its API, for GitHub Enterprise. Default `https://api.github.com`. */
  readonly apiUrl?: string | undefined;
  /** The URL where people log in. Default `https://github.com`. */
  readonly baseUrl?: string | undefined;
}

/**
 * GitHub: OAuth without OpenID Connect, so the identity comes from its API. Only the primary address is used, and only if it is
 * verified. Throws `ConfigError`.
 */
export function github(given: GithubOptions): Provider {
  const options = readOptions('github', { given, required: ['clientId', 'clientSecret'], check });
  const { clientId, clientSecret, baseUrl = 'https://github.com', apiUrl = 'https://api.github.com' } = options;
  const issuer = baseUrl === 'https://github.com' ? ISSUER : baseUrl;
  const metadata = { issuer, authorization_endpoint: `${baseUrl}/login/oauth/authorize`, token_endpoint: `${baseUrl}/login/oauth/access_token` };
  const config = new Configuration(metadata, clientId, undefined, ClientSecretPost(clientSecret));
  config[customFetch] = boundedFetch;
  config.timeout = TIMEOUT_SECONDS;
  if (new URL(baseUrl).protocol === 'http:') allowInsecureRequests(config);

  const ask = async (accessToken: string, path: string): Promise<unknown> => {
    const response = await fetchProtectedResource(config, accessToken, new URL(apiUrl + path), 'GET', null, new Headers(API_HEADERS));
    if (!response.ok) throw new Error(`GitHub answered ${response.status}`);
    return response.json();
  };

  return {
    name: options.name ?? 'GitHub',
    async start({ redirectUri, state, codeChallenge }) {
      const url = buildAuthorizationUrl(config, {
        ...options.parameters,
        redirect_uri: redirectUri,
        scope: (options.scopes ?? ['read:user', 'user:email']).join(' '),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    async finish(answer) {
      const { state, codeVerifier } = answer;
      const tokens = await authorizationCodeGrant(config, callbackOf(answer), { expectedState: state, pkceCodeVerifier: codeVerifier });
      const user = v.parse(userSchema, await ask(tokens.access_token, '/user'));
      const emails = v.parse(emailsSchema, await ask(tokens.access_token, '/user/emails'));
      const identity = githubIdentity({ issuer, user, emails });
      return options.keepTokens === true ? { ...identity, tokens: tokensOf(tokens) } : identity;
    },
  };
}

function check(options: Readonly<Record<string, unknown>>): readonly Issue[] {
  return ['baseUrl', 'apiUrl'].flatMap((path) => unless(options[path] === undefined || isServer(options[path]), { path, message: 'must be an https URL' }));
}

interface GithubAccount {
  readonly issuer: string;
  readonly user: v.InferOutput<typeof userSchema>;
  readonly emails: v.InferOutput<typeof emailsSchema>;
}

/** The number is stable. A login name can be taken by another account. */
function githubIdentity({ issuer, user, emails }: GithubAccount): ProviderIdentity {
  const primary = emails.find(({ primary: isPrimary, verified }) => isPrimary && verified);
  return { issuer, subject: String(user.id), email: primary?.email ?? null, emailVerified: primary !== undefined, name: user.name ?? user.login };
}
