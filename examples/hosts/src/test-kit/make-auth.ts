import { createAuth } from '@sallyport/core';
import type { Auth, AuthConfig } from '@sallyport/core';
import { createMemoryStore, fakeClock, inbox } from '@sallyport/core/testing';
import { TRUSTED } from './scenarios.js';

export function makeAuth(config: Partial<AuthConfig> = {}): Auth {
  return createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store: createMemoryStore(),
    clock: fakeClock(),
    notifier: inbox(),
    logger: false,
    passwords: { cost: 4 },
    baseUrl: 'https://api.example.com',
    trustedOrigins: [TRUSTED],
    urls: { providerReturn: `${TRUSTED}/return` },
    // Nobody logs in with it: it is there for its routes.
    providers: { fake: { name: 'Fake', start: async () => 'https://provider.example', finish: async () => Promise.reject(new Error('nobody')) } },
    ...config,
  });
}
