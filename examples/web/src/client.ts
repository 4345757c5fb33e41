import { AuthClientError, createAuthClient } from '@sallyport/client';
import type { RouteData, SessionState } from '@sallyport/client';
import { useEffect, useState } from 'preact/hooks';

/** The mount path of the routes for this page, in cookie mode. */
export const client = createAuthClient({ baseUrl: '/web/auth', transport: 'cookie' });

export type Session = SessionState;
export type SignedIn = Extract<SessionState, { readonly status: 'signed-in' }>;
export type User = RouteData<'me'>['user'];
export type TwoFactor = RouteData<'twoFactor'>;
export type FactorMethod = TwoFactor['methods'][number];
export type ExternalProvider = RouteData<'providers'>['providers'][number];
export type Identity = RouteData<'identities'>['identities'][number];
export type Event = RouteData<'userEvents'>['events'][number];

/** The session state, which other tabs update too. */
export function useSession(): SessionState {
  const [session, setSession] = useState(client.session);
  useEffect(() => {
    const stop = client.onChange(setSession);
    setSession(client.session);
    return stop;
  }, []);
  return session;
}

/** The external providers of this server. Without providers the route does not exist. */
export async function loadProviders(): Promise<readonly ExternalProvider[]> {
  try {
    return (await client.providers()).providers;
  } catch (error) {
    if (error instanceof AuthClientError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

/** The features of this server in addition to the library's routes. */
const features = document.querySelector<HTMLMetaElement>('meta[name=features]')?.content.split(' ') ?? [];

/** Whether captured mails and text messages can be read here. In development only. */
export const hasMailbox: boolean = features.includes('mailbox');
