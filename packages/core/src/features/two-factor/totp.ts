import { Secret, TOTP } from 'otpauth';
import type { Random } from '../../ports/random.js';

/** What every authenticator app supports (RFC 6238, RFC 4226): SHA-1, 6 digits, 30 seconds, 160-bit secrets. */
const ALGORITHM = 'SHA1';
const DIGITS = 6;
const PERIOD_SECONDS = 30;
const SECRET_BYTES = 20;
/**
 * Accepted time steps before and after the current one: a phone's clock may be off, and typing takes time (RFC 6238
 * 5.2; security.md M1).
 */
const WINDOW = 1;

/** A new secret in base32. */
export function makeTotpSecret(random: Random): string {
  const bytes = random.bytes(SECRET_BYTES);
  return new Secret({ buffer: Uint8Array.from(bytes).buffer }).base32;
}

/** The content of the QR code that authenticator apps scan. */
export function totpUri({ secret, issuer, account }: { readonly secret: string; readonly issuer: string; readonly account: string }): string {
  return totpOf(secret, { issuer, label: account }).toString();
}

/** The QR code of a URI, as a PNG data URL. */
export async function totpQrCode(uri: string): Promise<string> {
  const { toDataURL } = await import('qrcode');
  return toDataURL(uri, { errorCorrectionLevel: 'M', margin: 4 });
}

export interface TotpAttempt {
  readonly secret: string;
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The time step that the code belongs to; `null` if no step within the window has it. */
export function totpStep({ secret, code, now }: TotpAttempt): number | null {
  // otpauth throws on anything but ASCII digits.
  if (!/^[0-9]{6}$/.test(code)) return null;
  const delta = totpOf(secret).validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1_000 / PERIOD_SECONDS) + delta;
}

/** The code at a given time, for tests and for authors of clients. */
export function totpCode({ secret, now }: { readonly secret: string; readonly now: number }): string {
  return totpOf(secret).generate({ timestamp: now });
}

function totpOf(secret: string, names: { readonly issuer?: string; readonly label?: string } = {}): TOTP {
  return new TOTP({ ...names, algorithm: ALGORITHM, digits: DIGITS, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) });
}
