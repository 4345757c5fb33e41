import { createAuth } from '@sallyport/core';
import type { Auth } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';

/** One for the process, whatever file of the application asks for it. */
export const auth: Auth = createAuth({
  secret: process.env['AUTH_SECRET'],
  store: await createLibsqlStore({ url: 'file:./auth.db' }),
});
