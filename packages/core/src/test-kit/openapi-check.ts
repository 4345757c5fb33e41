import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AuthConfig } from '../auth-config.js';
import type { Auth } from '../auth.js';
import type { OptionalFeature } from '../http/optional-feature.js';
import type { OpenApiDocument } from '../model/openapi-document.js';
import { OPTIONAL_PARTS } from '../ports/store/partial-store.js';
import { textOf } from '../testing/client.js';

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A reply in the terms of the OpenAPI document. */
interface CheckedReply {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly text: string | null;
}

/** Throws if the document does not describe the reply: an unknown status, code or shape. */
export type ReplyCheck = (reply: CheckedReply) => void;

interface Operation {
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

/** The options that appear in the document. */
export type DescribedOptions = Partial<Pick<AuthConfig, 'store'>> & Pick<AuthConfig, 'transport' | 'throttling' | 'profile' | OptionalFeature>;

/** Compiled once per process for each set of options with its own document, since that takes a while. */
const checks = new Map<string, ReplyCheck>();

export function openApiCheck(auth: Pick<Auth, 'openapi'>, options: DescribedOptions): ReplyCheck {
  // Without options, the features of a default test app are on.
  const { transport = 'bearer', throttling = {}, profile, store, emailLogin, passkeys, providers } = { emailLogin: {}, passkeys: {}, ...options };
  const { enabled = true, source = true, limits = {} } = throttling;
  const features = [emailLogin, passkeys, providers && Object.keys(providers)[0]].map((feature) => Boolean(feature)).join(' ');
  const lacking = store === undefined ? [] : OPTIONAL_PARTS.filter((part) => store[part] === undefined);
  const kind = `${transport} ${enabled && source} ${JSON.stringify(limits)} ${features} ${lacking.join(' ')}`;
  const known = checks.get(kind);
  if (profile !== undefined) return makeCheck(auth.openapi());
  if (known !== undefined) return known;
  const made = makeCheck(auth.openapi());
  checks.set(kind, made);
  return made;
}

/** The same, with every reply checked when it is sent. */
export function checkedAuth(auth: Auth, options: DescribedOptions = {}): Auth {
  let check: ReplyCheck | undefined;
  return {
    ...auth,
    async handle(request) {
      const reply = await auth.handle(request);
      const { status, headers } = reply;
      const body = await textOf(reply);
      const { method, path, signal } = request;
      check ??= openApiCheck(auth, options);
      // If the client has disconnected, the reply is not sent.
      if (signal?.aborted !== true) check({ method, path, status, text: body });
      return { status, headers, body };
    },
  };
}

/** The document's names of the methods. Methods are case-sensitive (RFC 9110 9.1). */
const VERBS: ReadonlyMap<string, string> = new Map([
  ['HEAD', 'get'],
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, method.toLowerCase()] as const),
]);

export function makeCheck(document: OpenApiDocument): ReplyCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': DATE_TIME } });
  ajv.addSchema({ ...document, $id: 'openapi' });
  const demand = (pointer: string, value: unknown): void => {
    const validate = ajv.getSchema(`openapi#${pointer}`);
    if (validate === undefined) throw new Error(`no schema at ${pointer}`);
    if (validate(value) !== true) {
      throw new Error(`${pointer} does not announce ${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`);
    }
  };
  return ({ method, path, status, text }) => {
    const body: unknown = text === null ? undefined : JSON.parse(text);
    const template = templateOf(document, path);
    // Where GET changes something there is no HEAD, as for any other method that a path does not have.
    const verb = method === 'HEAD' && status === 405 ? '' : (VERBS.get(method) ?? '');
    const operation: unknown = template === undefined ? undefined : document.paths[template]?.[verb];
    if (template === undefined || operation === undefined) {
      if (text !== null) demand('/components/schemas/Failure', body);
      return;
    }
    const response = isOperation(operation) ? operation.responses[String(status)] : undefined;
    const place = `${method} ${template} → ${status}`;
    if (response === undefined) throw new Error(`${place} is not announced: ${text ?? ''}`);
    if (status >= 400 && isFailure(body) && !response.description.split(', ').includes(body.code)) {
      throw new Error(`${place}: ${body.code} is not announced`);
    }
    if (method === 'HEAD') return;
    if ((text === null) !== (response.content === undefined)) throw new Error(`${place} has a body, or lacks one`);
    if (text !== null) {
      demand(`/paths/${escape(template)}/${verb}/responses/${status}/content/application~1json/schema`, body);
    }
  };
}

function templateOf({ paths }: OpenApiDocument, path: string): string | undefined {
  return Object.keys(paths)
    .toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
    .find((template) => new RegExp(`^${template.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`).test(path));
}

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'responses' in value;
}

function isFailure(value: unknown): value is { readonly code: string } {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

/** RFC 6901, in the fragment of a URI. */
function escape(template: string): string {
  return encodeURIComponent(template.replace(/~/g, '~0').replace(/\//g, '~1'));
}
