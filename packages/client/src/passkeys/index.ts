export { addPasskey } from './add-passkey.js';
export type { AddPasskeyInput } from './add-passkey.js';
export { canOfferPasskeys, canUsePasskeys } from './browser.js';
export { listPasskeys, removePasskey } from './manage-passkeys.js';
export { offerPasskeys, usePasskey } from './use-passkey.js';
export type { UsePasskeyInput } from './use-passkey.js';
