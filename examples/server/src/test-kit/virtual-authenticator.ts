import type { Page } from 'playwright-core';

export interface VirtualAuthenticator {
  /** Whether a finger is on it. At first there is one. */
  readonly touch: (isThere: boolean) => Promise<void>;
}

/** An authenticator of this page, which keeps passkeys and knows its user (CDP `WebAuthn`). */
export async function plugIn(page: Page): Promise<VirtualAuthenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    touch: async (enabled) => void (await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })),
  };
}
