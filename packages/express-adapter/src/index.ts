export { authRouter } from './auth-router.js';
export { requireAuth } from './require-auth.js';
