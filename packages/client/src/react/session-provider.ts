import { createContext, createElement, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { AuthClient, SessionState } from '../index.js';

const ClientContext = createContext<AuthClient<unknown> | null>(null);

/** What a server renders, and a browser until it has looked. */
const LOADING: SessionState<unknown> = { status: 'loading' };

export interface SessionProviderProps {
  /** Made once, outside of any component. */
  readonly client: AuthClient<unknown>;
  readonly children?: ReactNode;
}

/** Gives the components below the client, and finds out who is signed in once they are on the page. */
export function SessionProvider({ client, children }: SessionProviderProps): ReactElement {
  useEffect(() => void client.loadSession(), [client]);
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the `SessionProvider` above. Throws where there is none. */
export function useAuthClient(): AuthClient<unknown> {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useAuthClient and useSession need a SessionProvider above them');
  return client;
}

/** Who is signed in; renders again when that changes, in another tab too. On a server it is always `loading`. */
export function useSession(): SessionState<unknown> {
  const client = useAuthClient();
  return useSyncExternalStore(
    client.onChange,
    () => client.session,
    () => LOADING,
  );
}
