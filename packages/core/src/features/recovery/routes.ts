import { publicRoute } from '../../http/define-route.js';
import { emptyData } from '../../http/input.js';
import { requestPasswordReset } from './request-password-reset.js';
import { resetPassword } from './reset-password.js';
import { requestPasswordResetInput, resetPasswordData, resetPasswordInput } from './schema.js';

export const recoveryRoutes = {
  requestPasswordReset: publicRoute({
    method: 'POST',
    path: '/password/request',
    access: 'public',
    limit: 'recovery',
    summary: 'Mail a link to reset the password; the answer is the same whether or not the account exists',
    status: 200,
    message: 'If there is an account with this address, a mail is on its way',
    input: requestPasswordResetInput,
    data: emptyData,
    errors: [],
    handler: async (context, { request: { caller }, input }) => {
      await requestPasswordReset(context, { ...input, caller });
      return { data: {} };
    },
  }),
  resetPassword: publicRoute({
    method: 'POST',
    path: '/password/reset',
    access: 'public',
    limit: 'login',
    summary: 'Set a new password with the token of a reset or an invitation; ends every session and does not log in',
    status: 200,
    message: 'Password reset',
    input: resetPasswordInput,
    data: resetPasswordData,
    errors: ['INVALID_RESET_TOKEN', 'FORBIDDEN', 'WEAK_PASSWORD', 'OVERLOADED'],
    handler: async (context, { request: { caller, cookies }, input }) => ({
      data: await resetPassword(context, { ...input, deviceToken: cookies.deviceToken, caller }),
      meta: { nextStep: 'login' },
    }),
  }),
};
