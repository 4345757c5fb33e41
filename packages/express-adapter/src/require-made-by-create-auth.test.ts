import { describe, expect, it } from 'vitest';
import { authRouter } from './auth-router.js';
import { requireAuth } from './require-auth.js';

describe('the auth argument of authRouter and requireAuth', () => {
  it.each([undefined, null, {}, 'auth'])('is refused at start-up if it is %j', (auth) => {
    expect(() => authRouter(auth as never)).toThrow('authRouter cannot start:\n  - auth: must be what createAuth returns');
    expect(() => requireAuth(auth as never)).toThrow('requireAuth cannot start:\n  - auth: must be what createAuth returns');
  });

  it('is refused if it is a promise, with advice to await it', () => {
    expect(() => authRouter(Promise.resolve() as never)).toThrow('auth: is a promise: write await before what makes it');
  });
});
