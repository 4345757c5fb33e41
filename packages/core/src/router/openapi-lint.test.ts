import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../auth-config.js';
import { createTestApp } from '../test-kit/test-app.js';

/** Redocly's own `recommended`; where a rule is off, the reason stands beside it. */
const RULES = {
  // Whose API it is, and on what terms it may be used, is for the application to say.
  'info-license': 'off',
  // The answer of a provider is answered by a redirect, always.
  'operation-2xx-response': 'off',
  // A heading such as "Passkeys" says what there is to say.
  'tag-description': 'off',
} as const;

async function faultsOf(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'], rules: RULES });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(({ severity, ruleId, message, location }) => `${severity} ${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
}

describe('the OpenAPI document', () => {
  it.each<Transport>(['bearer', 'cookie'])('has nothing that a linter finds fault with, with transport %s', async (transport) => {
    const { auth } = createTestApp({ transport, baseUrl: 'https://example.com' });
    expect(await faultsOf(auth.openapi())).toEqual([]);
    const { components: _, ...broken } = auth.openapi();
    expect((await faultsOf(broken)).length).toBeGreaterThan(10);
  });
});
