/** A report of a process about its clients: a change that was acknowledged to them, or one that they have started. */
export type CrashMessage =
  | { readonly kind: 'password'; readonly email: string; readonly password: string }
  | { readonly kind: 'changing'; readonly email: string }
  | { readonly kind: 'refreshed'; readonly session: string; readonly refreshToken: string }
  | { readonly kind: 'leaving'; readonly session: string }
  | { readonly kind: 'left'; readonly session: string; readonly refreshToken: string };

/** The acknowledged state, which must survive the kill. */
export class Acknowledged {
  readonly passwords = new Map<string, string>();
  /** The latest refresh token of each live session. */
  readonly live = new Map<string, string>();
  /** A refresh token of each ended session. */
  readonly ended = new Map<string, string>();
  count = 0;

  take(message: CrashMessage): void {
    this.count += 1;
    switch (message.kind) {
      case 'password':
        this.passwords.set(message.email, message.password);
        break;
      case 'changing':
        // The session's key here is the address. Changing the password replaces the refresh token too.
        this.passwords.delete(message.email);
        this.live.delete(message.email);
        break;
      case 'refreshed':
        this.live.set(message.session, message.refreshToken);
        break;
      case 'leaving':
        this.live.delete(message.session);
        break;
      case 'left':
        this.ended.set(message.session, message.refreshToken);
        break;
    }
  }
}
