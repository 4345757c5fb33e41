export type {
  CallOptions,
  LoginResult,
  RouteCall,
  RouteData,
  RouteInput,
  RouteMethods,
  SecondFactorRequired,
  SignedIn,
} from './api-types.js';
export type { AuthClient, AuthClientOptions } from './auth-client.js';
export { createAuthClient } from './create-auth-client.js';
export { AuthClientError, AuthConnectionError } from './errors.js';
export type { AuthClientErrorDetails } from './errors.js';
export { returnFromProvider } from './return-from-provider.js';
export type { ProviderReturn } from './return-from-provider.js';
export type { RouteName } from './routes.js';
export type { SessionState } from './session-state.js';
export type { AuthStorage } from './tokens.js';
