// A server with the library on a database file. Each measurement starts it anew.
import { createAuth } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { requireAuth } from '@sallyport/express-adapter';
import express from 'express';

const { PORT = '0', DB_FILE = '', SECRET = '', MAKES_USER } = process.env;
const password = 'seven violet otters';
const auth = createAuth({
  secret: SECRET,
  store: await createLibsqlStore({ url: `file:${DB_FILE}` }),
  passwords: { cost: 4 },
  notifier: { channels: ['email'], send: () => Promise.resolve() },
  logger: false,
});
if (MAKES_USER === '1') {
  await auth.api.register({ email: 'user@example.com', password, name: 'User' });
  const login = await auth.api.login({ email: 'user@example.com', password });
  console.log('accessToken' in login ? login.accessToken : '');
  await auth.close();
} else {
  express().get('/me', requireAuth(auth), (_req, res) => void res.json({ hello: 'world' })).listen(Number(PORT), '127.0.0.1');
}
