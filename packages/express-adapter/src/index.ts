export { authRouter } from './auth-router.js';
export type { PrincipalOf, Register } from './registered-auth.js';
export { requireAuth } from './require-auth.js';
