import { totpCode } from '../features/two-factor/totp.js';
import type { Clock } from '../ports/clock.js';

/** The current code of an authenticator app. `secret` is base32, as `POST /2fa/setup` returns it. */
export function totp(secret: string, clock: Pick<Clock, 'now'>): string {
  return totpCode({ secret, now: clock.now() });
}
