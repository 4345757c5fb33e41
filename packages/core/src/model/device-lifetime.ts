/** How long an unused device is remembered: as long as browsers keep a cookie. */
export const DEVICE_LIFETIME_MS: number = 400 * 24 * 60 * 60 * 1_000;
