import { describe, expect, it } from 'vitest';
import { ERRORS } from '../errors.js';
import type { AnyRoute } from '../http/define-route.js';
import { parse } from '../foundation/parse.js';
import { PROVIDER_OPTIONS } from '../test-kit/flows/providers.js';
import { createTestApp, PASSWORD } from '../test-kit/test-app.js';
import { REQUEST_EXAMPLES } from './request-examples.js';
import { routes, routeTags } from './routes.js';

const table = new Map<string, AnyRoute>(Object.entries<AnyRoute>(routes));
const ID = '01K1Y0000000000000000000AA';
/** Values that a browser creates and people do not type. */
const WITHOUT_EXAMPLE: ReadonlySet<string> = new Set(['registerPasskey', 'authenticatePasskey']);

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object }>> };
  readonly responses: Readonly<Record<string, { readonly content?: { readonly 'application/json': { readonly examples?: Readonly<Record<string, { readonly $ref: string }>> } } }>>;
}

const app = createTestApp(PROVIDER_OPTIONS);
const document = app.auth.openapi();
const operations: readonly Operation[] = Object.values(document.paths).flatMap((methods) => Object.values(methods) as Operation[]);

describe('the OpenAPI document', () => {
  it('lists each route under the tag of its feature, and each tag once', () => {
    expect(routeTags.size).toBe(table.size);
    expect(operations.filter(({ tags }) => tags.length !== 1)).toEqual([]);
    expect(document.tags.map(({ name }) => name)).toEqual([...new Set(operations.flatMap(({ tags }) => tags))]);
  });

  it('has an example for each body, which its route accepts', () => {
    for (const { operationId, requestBody } of operations) {
      if (requestBody === undefined || WITHOUT_EXAMPLE.has(operationId)) continue;
      // JSON, or the form that a provider posts.
      const [example, ...others] = Object.values(requestBody.content).map((content) => content.example);
      expect(others).toEqual([]);
      const route = table.get(operationId);
      expect([operationId, example, route]).not.toContain(undefined);
      const inPath = Object.fromEntries([...(route?.path.matchAll(/:(\w+)/g) ?? [])].map(([, name = '']) => [name, name === 'id' ? ID : 'google']));
      expect([operationId, route && parse(route.input, { ...inPath, ...example })]).toMatchObject([operationId, { ok: true }]);
    }
    expect(Object.keys(REQUEST_EXAMPLES).filter((name) => !table.has(name))).toEqual([]);
  });

  it('has examples that work one after the other: register, log in, change the name, set up a second factor', async () => {
    const { post, send } = createTestApp();
    expect((await post('/register', REQUEST_EXAMPLES.register)).status).toBe(201);
    const login = await post('/login', REQUEST_EXAMPLES.login);
    expect(login.status).toBe(200);
    const { accessToken: token } = login.body.data;
    expect((await send({ method: 'PATCH', path: '/me', body: REQUEST_EXAMPLES.updateMe, token })).status).toBe(200);
    expect((await post('/reauthenticate', REQUEST_EXAMPLES.reauthenticate, token)).status).toBe(200);
    expect((await post('/2fa/setup', REQUEST_EXAMPLES.setUpTwoFactor, token)).status).toBe(200);
    expect((await post('/password/change', REQUEST_EXAMPLES.changePassword, token)).status).toBe(200);
    expect((await post('/login', { ...REQUEST_EXAMPLES.login, password: PASSWORD })).status).toBe(401);
  });

  it('has one example of each error, and each response leads to those of its status', () => {
    // No route returns these: one is for unknown methods, one for cookie mode.
    const others = new Set(['METHOD_NOT_ALLOWED', 'ORIGIN_NOT_TRUSTED']);
    const examples = Object.keys(document.components['examples'] ?? {});
    expect(examples.toSorted()).toEqual(Object.keys(ERRORS).filter((code) => !others.has(code)).toSorted());
    const statusOf = new Map(Object.entries(ERRORS).map(([code, { status }]) => [code, String(status)]));
    for (const { operationId, responses } of operations) {
      for (const [status, { content }] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const named = Object.entries(content?.['application/json'].examples ?? {});
        expect([operationId, status, named.length]).not.toContain(0);
        for (const [code, { $ref }] of named) expect([statusOf.get(code), $ref]).toEqual([status, `#/components/examples/${code}`]);
      }
    }
  });
});
