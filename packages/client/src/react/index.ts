export { SessionProvider, useAuthClient, useSession } from './session-provider.js';
export type { SessionProviderProps } from './session-provider.js';
