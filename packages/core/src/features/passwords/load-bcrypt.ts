import type { hash, verify } from '@node-rs/bcrypt';
import { platformName } from '../../ports/environment.js';

export interface Bcrypt {
  readonly hash: typeof hash;
  readonly verify: typeof verify;
}

/** bcrypt's native binary is missing or does not run here: it was installed on another platform, or without optional packages. */
export class BcryptUnavailableError extends Error {
  override readonly name = 'BcryptUnavailableError';
  readonly code = 'BCRYPT_UNAVAILABLE';
  /** What to do about it. */
  readonly remedy: string;

  constructor(cause: unknown) {
    const platform = platformName();
    super(`bcrypt does not run on ${platform}`, { cause });
    this.remedy =
      `Install @node-rs/bcrypt on ${platform} itself, optional dependencies included (npm ci, without --omit=optional), rather than ` +
      'copying node_modules from another system; keep it external where the server is bundled';
  }
}

/** Loads bcrypt on first use: applications with their own hasher do not need it. Throws `BcryptUnavailableError`. */
export async function loadBcrypt(): Promise<Bcrypt> {
  try {
    return await import('@node-rs/bcrypt');
  } catch (cause) {
    throw new BcryptUnavailableError(cause);
  }
}
