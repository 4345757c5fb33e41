import { createAuth } from '@sallyport/core';
import type { Auth, AuthConfig, Notification, Notifier } from '@sallyport/core';
import { createMemoryStore } from '@sallyport/core/testing';
import express from 'express';
import { buildPage } from '../../../web/build.mjs';
import { createApp } from '../app.js';
import { pagesOf } from '../auth.js';
import { openDemoProvider } from '../demo-provider.js';
import { listen, portOf } from '../server.js';
import { openWeb } from '../web.js';
import type { Web } from '../web.js';

/** The settings for mail and text messages in development. */
export const PRINTED = { email: { provider: 'console' }, sms: { provider: 'console' } } as const;

const QUIET = { error: () => undefined, warn: () => undefined, info: () => undefined, http: () => undefined, debug: () => undefined };
const NOBODY: Notifier = { channels: ['email', 'sms'], send: async (_message: Notification) => undefined };

export interface ServedWeb {
  readonly origin: string;
  readonly auth: Auth;
  readonly web: Web;
  readonly close: () => Promise<void>;
}

interface ServeOptions extends Pick<AuthConfig, 'clock' | 'throttling' | 'registration' | 'twoFactor'> {
  readonly isProduction?: boolean;
  readonly store?: AuthConfig['store'];
  readonly withDemoProvider?: boolean;
}

/** The application with its page, built from its sources, and messages that end in the development mailbox. */
export async function serveWeb({ isProduction = false, store = createMemoryStore(), withDemoProvider = false, ...config }: ServeOptions = {}): Promise<ServedWeb> {
  await buildPage();
  // The library must know the origin, but the system chooses the port, so listen first.
  const outer = express();
  const server = await listen(0, outer);
  const origin = `http://localhost:${portOf(server)}`;
  const web = openWeb({ isProduction, baseUrl: origin, ...PRINTED });
  if (web === undefined) throw new Error('a base URL has a page');
  const demo = withDemoProvider ? await openDemoProvider({ isProduction, baseUrl: origin, port: 0 }) : undefined;
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store,
    notifier: web.mailbox?.capture(NOBODY) ?? NOBODY,
    baseUrl: origin,
    transport: 'cookie',
    urls: pagesOf({ baseUrl: origin, passwordResetUrl: undefined }),
    passwords: { cost: 4 },
    emailLogin: { signUp: true },
    ...(demo && { providers: { demo: demo.provider } }),
    logger: false,
    ...config,
  });
  outer.use(createApp({ auth, logger: QUIET, trustProxy: false, web }));
  const close = async (): Promise<void> => {
    server.close().closeAllConnections();
    demo?.close();
    await auth.close();
  };
  return { origin, auth, web, close };
}
