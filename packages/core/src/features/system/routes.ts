import * as v from 'valibot';
import { publicRoute } from '../../http/define-route.js';
import { noInput } from '../../http/input.js';
import type { OpenApiDocument } from '../../model/openapi-document.js';
import type { Schema } from '../../foundation/parse.js';
import { checkHealth, healthData } from './health.js';

/** Public keys by RFC 7517. */
export interface KeySet {
  readonly keys: PublicKey[];
}

/** Ed25519 (`OKP`) or P-256 (`EC`). */
export interface PublicKey {
  readonly kty?: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

const jwksData: Schema<KeySet> = v.object({ keys: v.array(v.looseObject({ kty: v.string() })) });

const openApiData: Schema<OpenApiDocument> = v.looseObject({
  openapi: v.literal('3.1.0'),
  info: v.strictObject({ title: v.string(), version: v.string() }),
  servers: v.array(v.strictObject({ url: v.string() })),
      tags: v.array(v.strictObject({ name: v.string() })),
  paths: v.record(v.string(), v.record(v.string(), v.unknown())),
  components: v.record(v.string(), v.record(v.string(), v.unknown())),
});

export const systemRoutes = {
  health: publicRoute({
    method: 'GET',
    path: '/health',
    access: 'public',
    summary: 'Whether the process and its database are well',
    status: 200,
    message: 'Healthy',
    input: noInput,
    data: healthData,
    errors: ['STORE_UNAVAILABLE'],
    handler: async (context) => {
      const data = await checkHealth(context);
      return data.status === 'healthy' ? { data } : { data, failure: 'STORE_UNAVAILABLE' };
    },
  }),
  jwks: publicRoute({
    method: 'GET',
    path: '/.well-known/jwks.json',
    access: 'public',
    summary: 'The public keys of access tokens; none where signing is symmetric',
    status: 200,
    message: '',
    input: noInput,
    data: jwksData,
    errors: [],
    bare: { cacheControl: 'public, max-age=300' },
    handler: async (context) => ({ data: await context.accessTokens.jwks() }),
  }),
  openapi: publicRoute({
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    limit: 'document',
    summary: 'This document',
    status: 200,
    message: '',
    input: noInput,
    data: openApiData,
    errors: [],
    bare: { cacheControl: 'no-store' },
    handler: (context, { request }) => {
      const { document, json } = context.describe(request.mount);
      return Promise.resolve({ data: document, json });
    },
  }),
};
