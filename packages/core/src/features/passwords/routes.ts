import { sessionRoute } from '../../http/define-route.js';
import { changePassword } from './change-password.js';
import { sessionTokens } from '../sessions/schema.js';
import { changePasswordInput } from './schema.js';

export const passwordRoutes = {
  changePassword: sessionRoute({
    method: 'POST',
    path: '/password/change',
    access: 'session',
    limit: 'login',
    summary: 'Change the password; all other sessions end, this one goes on with the tokens in the answer',
    status: 200,
    message: 'Password changed',
    input: changePasswordInput,
    data: sessionTokens,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN', 'WEAK_PASSWORD', 'OVERLOADED'],
    handler: async (context, { request: { caller, current }, input }) => ({
      data: await changePassword(context, { ...input, current, caller }),
    }),
  }),
};
