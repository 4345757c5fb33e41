import { AuthError } from '../errors.js';
import type { AuthRequest, RequestBody } from '../model/http-messages.js';

export const MAX_BODY_BYTES: number = 16 * 1024;

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?;?$/i;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?;?$/i;

type Fields = Readonly<Record<string, unknown>>;

export interface InputSource {
  readonly request: AuthRequest;
  /** Path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether the body is a form. Default: JSON. */
  readonly isForm?: boolean | undefined;
}

/** The input of a route: path parameters, with the query of a GET or the body of any other method. */
export async function readInput({ request, params, isForm = false }: InputSource): Promise<Fields> {
  const query = queryFields(request.query);
  if (request.method === 'GET' || request.method === 'HEAD') return merge(query, params);
  refuseKeys(query, () => true);
  return merge(await (isForm ? readForm(request) : readJson(request)), params);
}

/** Refuses fields that are also in the path: they could name another object. */
function merge(fields: Fields, params: Fields): Fields {
  refuseKeys(fields, (key) => Object.hasOwn(params, key));
  return { ...fields, ...params };
}

function refuseKeys(fields: Fields, isRefused: (key: string) => boolean): void {
  const issues = Object.keys(fields)
    .filter(isRefused)
    .map((path) => ({ path, message: 'is not a known key' }));
  if (issues.length > 0) throw new AuthError('VALIDATION_FAILED', { issues });
}

/**
 * A key that occurs twice becomes an array, which fails every string schema. One pass, since a query can have thousands
 * of keys.
 */
function queryFields(query: string): Fields {
  if (query === '') return {};
  const values = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(query)) {
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
}

async function readJson(request: AuthRequest): Promise<Fields> {
  const body = await readBody(request);
  if (body.kind === 'bytes' && body.bytes.byteLength === 0) return {};
  if (!JSON_TYPE.test(request.header('content-type') ?? '')) throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
  return asFields(body.kind === 'bytes' ? parseJson(body.bytes) : body.value);
}

async function readForm(request: AuthRequest): Promise<Fields> {
  const body = await readBody(request);
  if (!FORM_TYPE.test(request.header('content-type') ?? '')) throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
  return body.kind === 'bytes' ? queryFields(new TextDecoder().decode(body.bytes)) : asFields(body.value);
}

async function readBody(request: AuthRequest): Promise<Exclude<RequestBody, { readonly kind: 'too-large' }>> {
  const declared = Number(request.header('content-length') ?? 0);
  if (declared > MAX_BODY_BYTES) throw new AuthError('PAYLOAD_TOO_LARGE');
  const encoding = request.header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
  const body = await request.readBody(MAX_BODY_BYTES);
  if (body.kind === 'too-large') throw new AuthError('PAYLOAD_TOO_LARGE');
  return body;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The cause is dropped: its message quotes the body.
    throw new AuthError('MALFORMED_JSON');
  }
}

function asFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AuthError('MALFORMED_JSON');
  return { ...value };
}
