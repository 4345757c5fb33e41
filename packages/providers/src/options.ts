import { ConfigError } from '@sallyport/core';
import type { Issue } from '@sallyport/core';

/** The options of all providers. */
export interface CommonOptions {
  /** The client id that the provider has assigned to the application. Required, like every option without `?`. */
  readonly clientId: string | undefined;
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
  readonly clientSecret: string | undefined;
}

/** The options of a provider, as JavaScript callers can get them wrong. */
export interface GivenOptions<Options, Required> {
  readonly given: Options;
  readonly required: readonly Required[];
  /** The faults of the provider's own options. */
  readonly check?: (options: Readonly<Record<string, unknown>>) => readonly Issue[];
}

/**
 * The options, without the line breaks in which ids and secrets from files end. Throws one `ConfigError` that names every required
 * option that is missing, and every option that is wrong.
 */
export function readOptions<Options extends CommonOptions, Required extends keyof Options & string>(
  provider: string,
  { given, required, check = () => [] }: GivenOptions<Options, Required>,
): Options & Readonly<Record<Required, string>> {
  const options: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(given ?? {}));
  const fault = optionsFault(given);
  const others = commonFaults(options).filter(({ path }) => !required.some((name) => name === path));
  const issues = fault === null ? [...missing(options, required), ...others, ...check(options)] : [{ path: 'options', message: fault }];
  if (issues.length > 0) throw new ConfigError(issues, `${provider} cannot be configured`);
  const texts = Object.entries(options).flatMap(([path, value]) => (typeof value === 'string' ? [[path, value.trim()] as const] : []));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked above
  return { ...given, ...Object.fromEntries(texts) } as Options & Readonly<Record<Required, string>>;
}

/** Without any options, what is required is still named. */
function optionsFault(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof Reflect.get(Object(given), 'then') === 'function') return 'is a promise: write await before what makes it';
  return typeof given === 'object' && !Array.isArray(given) ? null : 'must be an object, as in { clientId, clientSecret }';
}

function missing(options: Readonly<Record<string, unknown>>, required: readonly string[]): readonly Issue[] {
  return required.flatMap((path) => (isText(options[path]) ? [] : [{ path, message: 'is required, and must be a string' }]));
}

function commonFaults({ name, scopes, parameters, keepTokens }: Readonly<Record<string, unknown>>): readonly Issue[] {
  return [
    ...unless(name === undefined || isText(name), { path: 'name', message: 'must be a string' }),
    ...unless(scopes === undefined || isListOfTexts(scopes), { path: 'scopes', message: "must be a list such as ['openid', 'email']" }),
    ...unless(parameters === undefined || isRecordOfTexts(parameters), { path: 'parameters', message: "must be an object of strings, such as { prompt: 'login' }" }),
    ...unless(keepTokens === undefined || typeof keepTokens === 'boolean', { path: 'keepTokens', message: 'must be true or false' }),
  ];
}

export function unless(isRight: boolean, issue: Issue): readonly Issue[] {
  return isRight ? [] : [issue];
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isRecordOfTexts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((each) => typeof each === 'string');
}

/** Whether a text is the URL of a server: https, or plain http on this machine alone. */
export function isServer(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname));
}
