import type { Context } from '../../context.js';
import { loadWebAuthn, loadWebAuthnHelpers, WEBAUTHN_REMEDY } from '../passkeys/load-webauthn.js';
import type { Finding } from './finding.js';

/** Loads what verifies passkeys, as the first passkey would. */
export async function checkPasskeys({ settings }: Context): Promise<Finding[]> {
  if (settings.passkeys === undefined) return [];
  try {
    await Promise.all([loadWebAuthn(), loadWebAuthnHelpers()]);
    return [];
  } catch {
    return [UNAVAILABLE];
  }
}

const UNAVAILABLE: Finding = {
  id: 'passkeys-unavailable',
  severity: 'error',
  problem: '@simplewebauthn/server cannot be loaded: nobody can register a passkey or log in with one',
  remedy: WEBAUTHN_REMEDY,
};
