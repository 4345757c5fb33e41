import { createAuth } from '@sallyport/core';
import type { Auth } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';

/** One instance for the process, shared by all files of the application. */
export const auth: Auth = createAuth({
  secret: process.env['AUTH_SECRET'],
  store: await createLibsqlStore({ url: 'file:./auth.db' }),
});
