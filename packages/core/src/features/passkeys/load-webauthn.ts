import type { generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { decodeAttestationObject, isoCBOR } from '@simplewebauthn/server/helpers';
import { ConfigError } from '../../errors.js';

interface WebAuthn {
  readonly generateRegistrationOptions: typeof generateRegistrationOptions;
  readonly verifyRegistrationResponse: typeof verifyRegistrationResponse;
  readonly verifyAuthenticationResponse: typeof verifyAuthenticationResponse;
}

interface WebAuthnHelpers {
  readonly decodeAttestationObject: typeof decodeAttestationObject;
  readonly isoCBOR: typeof isoCBOR;
}

export const WEBAUTHN_REMEDY = 'Install @simplewebauthn/server, which core depends on, or set passkeys to false';

/** Thrown if a bundler or an incomplete install left the module out. */
class WebAuthnUnavailableError extends ConfigError {
  constructor(cause: unknown) {
    super([{ path: 'passkeys', message: `need @simplewebauthn/server, which cannot be loaded. ${WEBAUTHN_REMEDY}` }], 'passkeys do not work here');
    this.cause = cause;
  }
}

/**
 * Loads the passkey verifier when the first passkey is used: it takes some 200 ms and 20 MB, which applications without
 * passkeys should not pay for.
 */
export function loadWebAuthn(): Promise<WebAuthn> {
  return import('@simplewebauthn/server').catch(fail);
}

export function loadWebAuthnHelpers(): Promise<WebAuthnHelpers> {
  return import('@simplewebauthn/server/helpers').catch(fail);
}

/**
 * Fails as `loadWebAuthn` does, but loads nothing where the module can be found, so that a start costs nothing. In a
 * bundle there may be nothing to find, because the module is in the bundle: then it is loaded.
 */
export async function checkWebAuthn(find: (name: string) => unknown = (name) => import.meta.resolve(name)): Promise<void> {
  try {
    find('@simplewebauthn/server');
  } catch {
    await loadWebAuthn();
  }
}

function fail(cause: unknown): never {
  throw new WebAuthnUnavailableError(cause);
}
