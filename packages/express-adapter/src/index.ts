export { authRouter } from './auth-router.js';
export type { AuthOf, GuardedHandler, GuardedLocals } from './guarded-request.js';
export type { NameOption, PrincipalOf, Register } from './registered-auth.js';
export { requireAuth } from './require-auth.js';
export type { RequireAuthOptions } from './require-auth.js';
