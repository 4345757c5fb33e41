import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Operation } from './operations.js';

/** A placeholder for a value that only the server under test knows, such as a token. */
export interface FromFixture {
  readonly fixture: (typeof FIXTURES)[number];
}

export const FIXTURES = ['email', 'password', 'adminPassword', 'accessToken', 'adminToken', 'refreshToken', 'deviceToken', 'userId', 'sessionId'] as const;

/** One request as data, so that it can be printed and reproduced from its seed. */
export interface Attack {
  readonly method: string;
  readonly segments: readonly (string | FromFixture)[];
  readonly query: string;
  readonly authorization: string | FromFixture | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | string | Uint8Array | null;
  /** Sent in chunks, without a length. */
  readonly isChunked: boolean;
}

/** The origin that cookie mode trusts. */
export const SITE = 'https://app.example';

const HOSTILE = [
  '', ' ', '\0', '\ud800', '__proto__', 'constructor', '../../etc/passwd', '%00', '%zz', '${7*7}', "' OR 1=1 --", '<script>', '\r\nSet-Cookie: a=b',
  'null', 'undefined', 'NaN', '-1', '1e999', '9'.repeat(400), 'a'.repeat(5_000), '١٢٣٤٥٦', 'İstanbul@example.com', '😀'.repeat(60),
  'sp_rt_', 'sp_rt_AAAA', 'sp_dt_AAAA', 'sp_ct_AAAA', 'eyJhbGciOiJub25lIn0.e30.', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '0'.repeat(64), '123456', 'A1B2-C3D4-E5F6-G7H8',
  'new@example.com', 'a name', 'admin', 'totp', 'email', 'sms', '+14155550123', 'a battery of correct horses',
] as const;

const fixture: Arbitrary<FromFixture> = fc.record({ fixture: fc.constantFrom(...FIXTURES) });
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }), fc.string());
const value: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: fixture },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.boolean(),
  fc.maxSafeInteger(),
);
/** The expected type of a field, so that an attack passes its check and reaches the next one. */
const RIGHT: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(FIXTURES.map((name) => [name, { fixture: name }])),
  identifier: { fixture: 'email' },
  currentPassword: { fixture: 'password' },
  newPassword: 'a battery of correct horses',
  newEmail: 'newer@example.com',
  name: 'Somebody',
  method: 'totp',
  limit: '2',
};

/** Characters that are allowed in a header line; Node refuses to send any other. */
const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) => String.fromCharCode(code)), maxLength: 200 });

const contentType = fc.oneof(
  { weight: 40, arbitrary: fc.constant('application/json') },
  fc.constantFrom('', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', 'application/json;', 'APPLICATION/JSON', 'application/json, text/html'),
  headerText,
);
const someHeaders = fc.record(
  {
    'content-encoding': fc.constantFrom('gzip', 'identity', 'deflate, br', 'x'),
    cookie: fc.oneof(headerText, fc.constantFrom('__Host-sp_at=x; __Secure-sp_rt=y', ';;;=', '__proto__=1', 'a='.repeat(500))),
    origin: fc.oneof({ weight: 4, arbitrary: fc.constant(SITE) }, fc.constantFrom('null', 'https://evil.example', '%%')),
    accept: headerText,
    'x-request-id': headerText,
    'user-agent': headerText,
    forwarded: headerText,
    'x-forwarded-host': headerText,
    'x-http-method-override': fc.constantFrom('GET', 'DELETE'),
  },
  { requiredKeys: [] },
);
const authorization: Arbitrary<Attack['authorization']> = fc.oneof(
  fc.constant(null),
  { weight: 15, arbitrary: fc.constantFrom<FromFixture>({ fixture: 'accessToken' }, { fixture: 'adminToken' }) },
  fixture,
  headerText,
  fc.constantFrom('Basic YTpi', 'Bearer', `Bearer ${'a'.repeat(6_000)}`, 'Bearer eyJhbGciOiJub25lIn0.e30.'),
);

function bodyOf({ fields }: Operation): Arbitrary<Attack['body']> {
  const known = Object.fromEntries(
    fields.map((name) => [name, name in RIGHT ? fc.oneof({ weight: 3, arbitrary: fc.constant(RIGHT[name]) }, value) : value]),
  );
  return fc.oneof(
    // The right fields, some omitted; and the same mixed with others.
    { weight: 8, arbitrary: fc.record(known, { requiredKeys: [] }) },
    { weight: 2, arbitrary: fc.dictionary(fc.oneof(text, fc.constantFrom('email', 'password', ...fields)), value, { maxKeys: 8 }) },
    { weight: 2, arbitrary: fc.constant(null) },
    fc.json({ maxDepth: 4 }),
    fc.constantFrom('{', '[]', 'null', '{}{}', '[['.repeat(4_000), `{"a":"${'x'.repeat(20_000)}"}`, '{"email":"a","email":"b"}', '\ufeff{}'),
    fc.uint8Array({ maxLength: 300 }),
  );
}

/** For a path with an id, mostly an existing one. */
function segmentsOf({ path }: Operation): Arbitrary<Attack['segments']> {
  const id = fc.oneof({ weight: 4, arbitrary: fixture }, text.map(encoded), fc.constantFrom('%00', '%zz', '%2e%2e', '..', 'a'.repeat(2_000)));
  return fc.tuple(...path.slice(1).split('/').map((segment) => (segment.startsWith('{') ? id : fc.constant(segment))));
}

/** A lone surrogate has no encoding. */
function encoded(raw: string): string {
  return encodeURIComponent(raw.toWellFormed());
}

/** Invalid input for a route, derived from its valid input, so that some of it passes the first checks. */
export function attackOn(operations: readonly Operation[]): Arbitrary<Attack> {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
  return fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      method: fc.oneof({ weight: 12, arbitrary: fc.constant(operation.method) }, fc.constantFrom(...methods)),
      segments: fc.oneof(
        { weight: 12, arbitrary: segmentsOf(operation) },
        fc.tuple(segmentsOf(operation), text.map(encoded)).map(([segments, more]) => [...segments, more]),
      ),
      query: fc.oneof(
        { weight: operation.takesBody ? 8 : 1, arbitrary: fc.constant('') },
        { weight: 3, arbitrary: fc.dictionary(fc.oneof(text, fc.constantFrom('limit', 'cursor', ...operation.fields)), text, { maxKeys: 3 }).map(queryOf) },
        fc.constantFrom('?', '&&==', '%zz=%', `a=${'b'.repeat(3_000)}`, 'limit=1&limit=2'),
      ),
      authorization,
      headers: fc.tuple(contentType, fc.oneof({ weight: 3, arbitrary: fc.constant({ origin: SITE }) }, someHeaders)).map(([type, headers]) => ({ ...headers, 'content-type': type })),
      body: operation.takesBody ? bodyOf(operation) : fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, bodyOf(operation)),
      isChunked: fc.boolean(),
    }),
  );
}

function queryOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields).map(([name, content]) => `${encoded(name)}=${encoded(content)}`).join('&');
}
