import type { Flows } from './flow.js';

export const systemFlows: Flows = {
  health: { route: 'health', prepare: () => ({ path: '/health' }), ends: 200 },
  'public keys': { route: 'jwks', prepare: () => ({ path: '/.well-known/jwks.json' }), ends: 200 },
  'the OpenAPI document': { route: 'openapi', prepare: () => ({ path: '/openapi.json' }), ends: 200 },
};
