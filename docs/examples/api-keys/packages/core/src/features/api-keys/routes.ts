import { sessionRoute } from '../../http/define-route.js';
import { noInput } from '../../http/input.js';
import { createApiKey } from './create-api-key.js';
import { listApiKeys } from './list-api-keys.js';
import { apiKeysData, createApiKeyData, createApiKeyInput } from './schema.js';

export const apiKeyRoutes = {
  createApiKey: sessionRoute({
    method: 'POST',
    path: '/api-keys',
    access: 'session+recent',
    summary: 'Make an API key, which is shown this once',
    status: 201,
    message: 'API key created',
    input: createApiKeyInput,
    data: createApiKeyData,
    errors: ['FORBIDDEN'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await createApiKey(context, { ...input, current, caller }),
    }),
  }),
  apiKeys: sessionRoute({
    method: 'GET',
    path: '/api-keys',
    access: 'session',
    summary: 'The API keys of the user, newest first',
    status: 200,
    message: 'API keys',
    input: noInput,
    data: apiKeysData,
    errors: [],
    handler: async (context, { request: { current } }) => ({ data: await listApiKeys(context, current) }),
  }),
};
