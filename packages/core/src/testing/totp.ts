import { totpCode } from '../features/two-factor/totp.js';
import type { Clock } from '../ports/clock.js';

/** The code that an authenticator app shows now. `secret` is base32, as `POST /2fa/setup` answers it. */
export function totp(secret: string, clock: Pick<Clock, 'now'>): string {
  return totpCode({ secret, now: clock.now() });
}
