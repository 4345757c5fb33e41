import { ConfigError } from '@sallyport/core';
import type { Issue } from '@sallyport/core';

/** The options of all providers. */
export interface CommonOptions {
  /** The client id that the provider has assigned to the application. */
  readonly clientId: string;
  /** The display name of the provider. Default: its name. */
  readonly name?: string | undefined;
  /** The scopes to request. Default: those for the identity and the address. */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Additional parameters of the authorization request, such as `{ prompt: 'select_account' }`. They cannot override those of the
   * library.
   */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Whether the provider's tokens are stored, encrypted, with the identity. Default `false`. */
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
  throw new ConfigError([{ path, message: 'must be an https URL' }], `${provider} cannot be configured`);
}

/** Throws one `ConfigError` that names every option that must be a string and is not. */
export function requireTexts(provider: string, options: Readonly<Record<string, unknown>>): void {
  const issues: Issue[] = Object.entries(options).flatMap(([path, value]) =>
    typeof value === 'string' && value.trim() !== '' ? [] : [{ path, message: 'is required, and must be a string' }],
  );
  if (issues.length > 0) throw new ConfigError(issues, `${provider} cannot be configured`);
}
