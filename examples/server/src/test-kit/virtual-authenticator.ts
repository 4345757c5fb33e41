import type { Page } from 'playwright-core';

export interface VirtualAuthenticator {
  /** Whether the authenticator responds, as if a finger were on it. At first it does. */
  readonly touch: (isThere: boolean) => Promise<void>;
}

/** Adds a virtual authenticator to the page, which stores passkeys and verifies the user (CDP `WebAuthn`). */
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
