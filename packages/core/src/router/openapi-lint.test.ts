import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../auth-config.js';
import { PROVIDER_OPTIONS } from '../test-kit/flows/providers.js';
import { createTestApp } from '../test-kit/test-app.js';

/** Redocly's `recommended` rules. Each disabled rule has its reason next to it. */
const RULES = {
  // The application states owner and license of the API.
  'info-license': 'off',
  // Callbacks of providers always redirect.
  'operation-2xx-response': 'off',
  // A heading such as "Passkeys" needs no description.
  'tag-description': 'off',
} as const;

async function faultsOf(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'], rules: RULES });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(({ severity, ruleId, message, location }) => `${severity} ${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
}

describe('the OpenAPI document', () => {
  it.each<Transport>(['bearer', 'cookie'])('has nothing that a linter finds fault with, with transport %s', async (transport) => {
    const { auth } = createTestApp({ ...PROVIDER_OPTIONS, transport });
    expect(await faultsOf(auth.openapi())).toEqual([]);
    const { components: _, ...broken } = auth.openapi();
    expect((await faultsOf(broken)).length).toBeGreaterThan(10);
  });
});
