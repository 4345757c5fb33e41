import { describe, expect, it } from 'vitest';
import { authRouter } from './auth-router.js';
import { requireAuth } from './require-auth.js';

describe('what the adapter is given', () => {
  it.each([undefined, null, {}, 'auth'])('is refused at the start where it is %j', (auth) => {
    expect(() => authRouter(auth as never)).toThrow('authRouter cannot start:\n  - auth: must be what createAuth returns');
    expect(() => requireAuth(auth as never)).toThrow('requireAuth cannot start:\n  - auth: must be what createAuth returns');
  });

  it('is asked to be awaited where it is a promise', () => {
    expect(() => authRouter(Promise.resolve() as never)).toThrow('auth: is a promise: write await before what makes it');
  });
});
