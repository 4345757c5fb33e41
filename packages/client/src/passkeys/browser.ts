/** The part of WebAuthn Level 3 that is used here. The package does not depend on DOM types. */
interface Credentials {
  create(options: { readonly publicKey: unknown; readonly signal: AbortSignal }): Promise<BrowserCredential | null>;
  get(options: {
    readonly publicKey: unknown;
    readonly signal: AbortSignal;
    readonly mediation?: 'conditional';
  }): Promise<BrowserCredential | null>;
}

/** The result of the browser's `toJSON`. */
export interface BrowserCredential {
  /** base64url. */
  readonly id: string;
  toJSON(): unknown;
}

interface CredentialType {
  readonly parseCreationOptionsFromJSON?: (options: unknown) => unknown;
  readonly parseRequestOptionsFromJSON?: (options: unknown) => unknown;
  readonly isConditionalMediationAvailable?: () => Promise<boolean>;
  readonly signalUnknownCredential?: (options: { readonly rpId: string; readonly credentialId: string }) => Promise<void>;
  readonly signalAllAcceptedCredentials?: (options: unknown) => Promise<void>;
}

interface Browser {
  readonly navigator?: { readonly credentials?: Credentials | undefined } | undefined;
  readonly PublicKeyCredential?: CredentialType | undefined;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- APIs that only browsers have
export const browser: Browser = globalThis as Browser;

/** Whether this browser can create and use passkeys with its own JSON methods (all major browsers since 2025). */
export function canUsePasskeys(): boolean {
  const { navigator, PublicKeyCredential: type } = browser;
  return navigator?.credentials !== undefined && type?.parseRequestOptionsFromJSON !== undefined && type.parseCreationOptionsFromJSON !== undefined;
}

/** Whether it can offer passkeys in a form, beside saved passwords. */
export async function canOfferPasskeys(): Promise<boolean> {
  return canUsePasskeys() && (await browser.PublicKeyCredential?.isConditionalMediationAvailable?.()) === true;
}

/** The browser's signal methods are best effort: their result is ignored. */
export async function tell(signalled: Promise<void> | undefined): Promise<void> {
  await signalled?.catch(() => undefined);
}

/** Tells the browser that the server does not know this passkey, so that it is no longer offered. */
export async function signalUnknown(passkey: { readonly rpId: string; readonly credentialId: string }): Promise<void> {
  await tell(browser.PublicKeyCredential?.signalUnknownCredential?.(passkey));
}
