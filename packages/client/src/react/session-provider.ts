import { createContext, createElement, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { AuthClient, SessionState } from '../index.js';

const ClientContext = createContext<AuthClient<unknown> | null>(null);

/** The state that a server renders, and a browser before it has loaded the session. */
const LOADING: SessionState<unknown> = { status: 'loading' };

export interface SessionProviderProps {
  /** Create it once, outside of any component. */
  readonly client: AuthClient<unknown>;
  readonly children?: ReactNode;
}

/** Provides the client to the components below, and loads the session after mounting. */
export function SessionProvider({ client, children }: SessionProviderProps): ReactElement {
  useEffect(() => void client.loadSession(), [client]);
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest `SessionProvider`. Throws if there is none. */
export function useAuthClient(): AuthClient<unknown> {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useAuthClient and useSession need a SessionProvider above them');
  return client;
}

/** The session state. Renders again when it changes, also in another tab. On a server it is always `loading`. */
export function useSession(): SessionState<unknown> {
  const client = useAuthClient();
  return useSyncExternalStore(
    client.onChange,
    () => client.session,
    () => LOADING,
  );
}
