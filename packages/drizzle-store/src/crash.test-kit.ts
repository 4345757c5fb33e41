/** What a process says of its clients: what was acknowledged to them, and what they have begun. */
export type CrashMessage =
  | { readonly kind: 'password'; readonly email: string; readonly password: string }
  | { readonly kind: 'changing'; readonly email: string }
  | { readonly kind: 'refreshed'; readonly session: string; readonly refreshToken: string }
  | { readonly kind: 'leaving'; readonly session: string }
  | { readonly kind: 'left'; readonly session: string; readonly refreshToken: string };

/** Everything that has to hold, whatever happened after it was acknowledged. */
export class Acknowledged {
  readonly passwords = new Map<string, string>();
  /** The latest refresh token of sessions that go on, and one of each that was ended. */
  readonly live = new Map<string, string>();
  readonly ended = new Map<string, string>();
  count = 0;

  take(message: CrashMessage): void {
    this.count += 1;
    switch (message.kind) {
      case 'password':
        this.passwords.set(message.email, message.password);
        break;
      case 'changing':
        // Its session is named after the address; a change replaces the refresh token as well.
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
