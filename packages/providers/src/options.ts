import { ConfigError } from '@sallyport/core';
import type { Issue } from '@sallyport/core';

/** What all providers take. */
export interface CommonOptions {
  /** The id that the provider has given the application. */
  readonly clientId: string;
  /** What people call the provider. Default: its name. */
  readonly name?: string | undefined;
  /** What is asked for. Default: who the person is, and their address. */
  readonly scopes?: readonly string[] | undefined;
  /** Further parameters of the authorization request, such as `{ prompt: 'select_account' }`. None can replace what the library sets. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Whether the provider's own tokens are kept, sealed, with the identity. Default `false`. */
  readonly keepTokens?: boolean | undefined;
}

export interface SecretOptions extends CommonOptions {
  readonly clientSecret: string;
}

/** The URL of a server: https, or plain http on this machine alone. Throws `ConfigError`. */
export function requireServer(provider: string, { path, text }: { readonly path: string; readonly text: string }): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url?.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || isLocal)) return url;
  throw new ConfigError([{ path, message: 'has to be an https URL' }], `${provider} cannot be configured`);
}

/** Throws one `ConfigError` that names every option that has to be a text and is none. */
export function requireTexts(provider: string, options: Readonly<Record<string, unknown>>): void {
  const issues: Issue[] = Object.entries(options).flatMap(([path, value]) =>
    typeof value === 'string' && value.trim() !== '' ? [] : [{ path, message: 'is required, and has to be a text' }],
  );
  if (issues.length > 0) throw new ConfigError(issues, `${provider} cannot be configured`);
}
