import { canUsePasskeys } from '@sallyport/client/passkeys';

/** Passkeys belong to a domain: on an IP address the server has no routes for them, and browsers refuse them. */
export const isPasskeyHost: boolean = !/^[\d.]+$|^\[/.test(location.hostname);

/** Whether this browser can create and use passkeys here. */
export const hasPasskeys: boolean = isPasskeyHost && canUsePasskeys();
