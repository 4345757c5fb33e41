import { AuthError, createAuth } from '@sallyport/core';
import type { ErrorCode } from '@sallyport/core';
import * as testing from '@sallyport/core/testing';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import { routes } from '../../packages/core/src/router/routes.js';
import { programOf, typeOf } from './compiler.js';
import { codesIn, namesIn, read, rowsOf, sectionOf } from './pages.js';

const TYPES = `
import type { RequireAuthOptions } from '@sallyport/express-adapter';
import type { AuthConfig, ErrorCode, EventShapes, FindingId, HookOptions, LimitName, NotificationKind, SecurityNotice, AuthStore } from '@sallyport/core';
import type { DrizzleStoreOptions, LibsqlStoreOptions } from '@sallyport/drizzle-store';
import type { DrizzlePostgresStoreOptions, PostgresStoreOptions } from '@sallyport/drizzle-store/postgres';
export type GuardOptions = RequireAuthOptions<string, string, boolean>;
export type { AuthConfig, ErrorCode, EventShapes, FindingId, HookOptions, LimitName, NotificationKind, SecurityNotice, AuthStore, DrizzleStoreOptions, LibsqlStoreOptions, DrizzlePostgresStoreOptions, PostgresStoreOptions };
`;

const program = programOf({ 'types.ts': TYPES });
const checker = program.getTypeChecker();

const exported = (name: string): ts.Type => typeOf(program, { file: 'types.ts', name });
const keysOf = (name: string): string[] => exported(name).getProperties().map(({ name: key }) => key);

/** The members of a union of string literals. */
function membersOf(name: string): string[] {
  const type = exported(name);
  return (type.isUnion() ? type.types : [type]).flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
}

/** Whether the type, by its name, is an object of options. A record with arbitrary keys is one option. */
const isGroup = (type: ts.Type): boolean =>
  (type.symbol?.name ?? type.aliasSymbol?.name ?? '').endsWith('Options') &&
  type.getStringIndexType() === undefined &&
  type.aliasSymbol?.name !== 'LimitOptions';

interface Option {
  readonly name: string;
  readonly text: string;
}

/** Every option of a type. Options in a group have its name and a dot: `session.idleTtl`. */
function optionsOf(type: ts.Type, prefix = ''): Option[] {
  return type.getProperties().flatMap((property) => {
    const declared = checker.getTypeOfSymbol(property);
    const parts = declared.isUnion() ? declared.types : [declared];
    const group = parts.find(isGroup);
    if (group !== undefined) return optionsOf(group, `${prefix}${property.name}.`);
    return [{ name: `${prefix}${property.name}`, text: ts.displayPartsToString(property.getDocumentationComment(checker)) }];
  });
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

describe('docs/options.md', () => {
  const rows = rowsOf(read('docs/options.md')).filter(([, , , more]) => more === undefined);
  const shown = new Map(rows.map(([name = '', byDefault = '']) => [codesIn(name)[0] ?? '', byDefault]));
  const options = optionsOf(exported('AuthConfig'));

  it('has exactly the options of AuthConfig', () => {
    expect(options.length).toBeGreaterThan(50);
    expect(sorted(shown.keys())).toEqual(sorted(options.map(({ name }) => name)));
  });

  it('states the same defaults as the JSDoc', () => {
    for (const { name, text } of options) {
      const byDefault = /Default:? (`[^`]+`|\d+(?:,\d+)*)/.exec(text)?.[1]?.replaceAll('`', '');
      if (byDefault === undefined || name === 'throttling.limits') continue;
      expect([name, byDefault, shown.get(name)?.replaceAll('`', '').includes(byDefault)]).toEqual([name, byDefault, true]);
    }
  });

  it('states every rate limit by source as it is configured', () => {
    const limits = rowsOf(sectionOf('docs/options.md', 'Limits')).filter((row) => row.length === 4);
    expect(sorted(limits.map(([name = '']) => codesIn(name)[0] ?? ''))).toEqual(sorted(membersOf('LimitName')));
    const { text = '' } = options.find(({ name }) => name === 'throttling.limits') ?? {};
    for (const [name = '', points = '', window = ''] of limits) {
      expect(text).toContain(`${name} ${points}/${window === '1 hour' ? 'h' : 'min'}`);
    }
  });
});

describe('tables of options', () => {
  it.each([
    ['docs/getting-started.md', 'Mount it', 'GuardOptions'],
    ['packages/express-adapter/README.md', '`requireAuth(auth, options?)`', 'GuardOptions'],
    ['packages/drizzle-store/README.md', '`createLibsqlStore(options)`', 'LibsqlStoreOptions'],
    ['packages/drizzle-store/README.md', '`createDrizzleStore(db, options)`', 'DrizzleStoreOptions'],
    ['packages/drizzle-store/README.md', '`createPostgresStore(options)`', 'PostgresStoreOptions'],
    ['packages/drizzle-store/README.md', '`createDrizzlePostgresStore(db, options)`', 'DrizzlePostgresStoreOptions'],
    ['docs/your-own-rules.md', 'Hooks', 'HookOptions'],
  ])('%s, %s: has exactly the options of the type', (page, heading, type) => {
    expect(sorted(rowsOf(sectionOf(page, heading)).map(([name = '']) => codesIn(name)[0] ?? ''))).toEqual(sorted(keysOf(type)));
  });
});

describe('docs/http-api.md', () => {
  const PAGE = 'docs/http-api.md';

  it('has exactly the error codes, with their statuses', () => {
    const shown = rowsOf(sectionOf(PAGE, 'Errors')).map(([code = '', status = '']) => `${codesIn(code)[0]} ${status}`);
    const statusOf = (code: string): number => new AuthError(code as ErrorCode).statusCode;
    expect(sorted(shown)).toEqual(sorted(membersOf('ErrorCode').map((code) => `${code} ${statusOf(code)}`)));
  });

  it('has exactly the access levels of routes', () => {
    const levels = Object.values(routes).map(({ access }) => access);
    expect(sorted(namesIn(sectionOf(PAGE, 'Access levels')))).toEqual(sorted(levels));
  });

  it('has exactly the routes, with their access level, input, status and output', async () => {
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more',
      store: testing.createMemoryStore(),
      notifier: testing.inbox(),
      logger: false,
      // Enable every feature, so that every route exists.
      baseUrl: 'https://example.com',
      emailLogin: {},
      urls: { providerReturn: 'https://example.com/return' },
      providers: { fake: { name: 'Fake', start: async () => '', finish: async () => Promise.reject(new Error('never called')) } },
    });
    onTestFinished(() => auth.close());
    const rows = rowsOf(sectionOf(PAGE, 'Routes'));
    expect(rows.map(([route = '']) => codesIn(route)[0] ?? '').toSorted()).toEqual(
      Object.values(routes).map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
    for (const [route = '', access = '', input = '', output = ''] of rows) {
      const [name = ''] = codesIn(route);
      const there = describeRoute(auth.openapi(), name);
      const shown = { access, input: codesIn(input).toSorted(), status: output.slice(0, 3), output: outputOf(rows, output) };
      // The page describes outputs without a schema in words.
      expect({ name, ...shown }).toEqual({ name, ...there, output: shown.output.length === 0 ? [] : there.output });
    }
  });
});

/** The fields of an output, including those of the route that it refers to (`as …`). */
function outputOf(rows: readonly (readonly string[])[], output: string): string[] {
  const [, like] = /\bas `([A-Z]+ \S+)`/.exec(output) ?? [];
  const own = codesIn(output).filter((code) => code !== like);
  if (like === undefined) return own.toSorted();
  const [, , , other = ''] = rows.find(([route = '']) => codesIn(route)[0] === like) ?? [];
  return [...codesIn(other), ...own].toSorted();
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>;
}

/** A route as the OpenAPI document and the route table describe it, in the form of the page. */
function describeRoute(document: ReturnType<ReturnType<typeof createAuth>['openapi']>, name: string) {
  const [method = '', path = ''] = name.split(' ');
  const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()] as Operation;
  const schemas = document.components['schemas'] as Readonly<Record<string, Schema>>;
  const fieldsOf = (schema: Schema | undefined): string[] => {
    if (schema === undefined) return [];
    if (schema.$ref !== undefined) return fieldsOf(schemas[schema.$ref.split('/').at(-1) ?? '']);
    if (schema.allOf !== undefined) return schema.allOf.flatMap(fieldsOf);
    if (schema.anyOf !== undefined) return inSome(schema.anyOf.map(fieldsOf));
    return Object.keys(schema.properties ?? {}).map((key) => (schema.required?.includes(key) === true ? key : `${key}?`));
  };
  const resolve = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : resolve(schemas[schema.$ref.split('/').at(-1) ?? '']);
  const query = (operation.parameters ?? []).filter((one) => one.in === 'query').map((one) => (one.required === true ? one.name : `${one.name}?`));
  const [status = ''] = Object.keys(operation.responses).filter((code) => /^[23]/.test(code));
  const body = resolve(operation.responses[status]?.content?.['application/json']?.schema);
  return {
    access: Object.values(routes).find((route) => `${route.method} ${route.path}` === name)?.access,
    input: [...query, ...Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => fieldsOf(schema))].toSorted(),
    status,
    output: fieldsOf(body?.properties?.['data'] ?? body).toSorted(),
  };
}

/** The fields of a union. Fields that some members lack have a `?`. */
function inSome(variants: readonly string[][]): string[] {
  const names = new Set(variants.flat().map((field) => field.replace('?', '')));
  return [...names].map((name) => (variants.every((fields) => fields.includes(name)) ? name : `${name}?`));
}

describe('docs/mail-and-text-messages.md', () => {
  it('has exactly the kinds of messages and the notices', () => {
    const [kinds = [], notices = []] = tablesIn(sectionOf('docs/mail-and-text-messages.md', 'Which messages there are'));
    expect(sorted(kinds)).toEqual(sorted(membersOf('NotificationKind')));
    expect(sorted(notices)).toEqual(sorted(membersOf('SecurityNotice')));
  });
});

/** The names of each table separately. */
const tablesIn = (text: string): string[][] =>
  text.trim().split(/\n\n+/).filter((block) => block.startsWith('|')).map((block) => namesIn(block));

describe('docs/operations.md', () => {
  it('has exactly the findings of the doctor, of the library and the example', () => {
    const example = read('examples/server/src/examine-settings.ts');
    const shown = namesIn(sectionOf('docs/operations.md', 'Doctor'));
    const ours = shown.filter((id) => !example.includes(`'${id}'`));
    expect(sorted(ours)).toEqual(sorted(membersOf('FindingId')));
    const examples = [...example.matchAll(/id: '([\w-]+)'/g)].map(([, id = '']) => id);
    expect(sorted(shown.filter((id) => !ours.includes(id)))).toEqual(sorted(examples));
  });
});

describe('docs/writing-a-store.md', () => {
  it('has exactly the aggregates of the port', () => {
    const others = new Set(['transaction', 'ping', 'close', 'inspect', 'scrub', 'purge', 'notices']);
    const aggregates = keysOf('AuthStore').filter((key) => !others.has(key));
    expect(sorted(tablesIn(read('docs/writing-a-store.md'))[0] ?? [])).toEqual(sorted(aggregates));
  });

  it('says how many methods are required', () => {
    const section = sectionOf('docs/writing-a-store.md', 'Which parts are required');
    const optional = namesIn(section);
    const required = Object.entries(testing.createMemoryStore()).flatMap(([aggregate, methods]) =>
      typeof methods === 'function' || optional.includes(aggregate)
        ? []
        : Object.keys(methods).filter((method) => !optional.includes(`${aggregate}.${method}`)),
    );
    // `transaction`, `purge`, `ping` and `close` belong to no aggregate.
    expect(/(\d+) methods are required/.exec(section)?.[1]).toBe(String(required.length + 4));
  });
});

describe('docs/testing-your-application.md', () => {
  it('has exactly the functions of @sallyport/core/testing, except the builders of records', () => {
    const shown = namesIn(read('docs/testing-your-application.md')).map((name) => name.replace(/\(.*/, ''));
    const functions = Object.entries(testing).filter(([, value]) => typeof value === 'function').map(([name]) => name);
    expect(sorted(shown)).toEqual(sorted(functions.filter((name) => !/^an?[A-Z]/.test(name))));
  });
});
