import * as v from 'valibot';
import { decodeBase64url } from '../../crypto/base64url.js';
import type { PasskeySettings } from './options.js';
import { PasskeyRefusal } from './passkey-refusal.js';

const clientData = v.object({ origin: v.string(), crossOrigin: v.optional(v.boolean()) });

/**
 * Checks where the browser used the passkey: on a page of a configured origin (security.md W2), and not in a frame of
 * another origin, which could trick the user into clicking the dialog. Type and challenge are checked along with the
 * signature.
 */
export function checkClientData({ origins }: PasskeySettings, { clientDataJSON }: { readonly clientDataJSON: string }): void {
  const parsed = v.safeParse(clientData, parseJson(decodeBase64url(clientDataJSON)?.toString('utf8') ?? ''));
  if (!parsed.success) throw new PasskeyRefusal('not-verified');
  const { origin, crossOrigin = false } = parsed.output;
  if (crossOrigin || !origins.includes(origin)) throw new PasskeyRefusal('other-origin');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
