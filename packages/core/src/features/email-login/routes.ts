import { publicRoute } from '../../http/define-route.js';
import { nextStepOf } from '../login/next-step.js';
import { loginOutcome } from '../login/schema.js';
import { secondsUntil } from '../throttling/too-many-requests.js';
import { requestEmailLogin } from './request-email-login.js';
import { requestEmailLoginData, requestEmailLoginInput, verifyEmailLoginInput } from './schema.js';
import { verifyEmailLogin } from './verify-email-login.js';

export const emailLoginRoutes = {
  requestEmailLogin: publicRoute({
    method: 'POST',
    path: '/login/email',
    requires: 'emailLogin',
    access: 'public',
    limit: 'recovery',
    summary: 'Mail a link or a code to log in with; the answer is the same whether or not the account exists',
    status: 200,
    message: 'If this address can log in, a mail will be sent',
    input: requestEmailLoginInput,
    data: requestEmailLoginData,
    errors: [],
    handler: async (context, { request: { caller }, input }) => {
      const { data, retryAt } = await requestEmailLogin(context, { ...input, caller });
      return { data, meta: retryAt === null ? {} : { retryAfter: secondsUntil(context, retryAt) } };
    },
  }),
  verifyEmailLogin: publicRoute({
    method: 'POST',
    path: '/login/email/verify',
    requires: 'emailLogin',
    access: 'public',
    limit: 'login',
    summary: 'Log in with the token of a mailed link, or with a mailed code',
    status: 200,
    message: 'Login successful',
    input: verifyEmailLoginInput,
    data: loginOutcome,
    errors: ['INVALID_LOGIN_TOKEN', 'TOO_MANY_REQUESTS', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN'],
    handler: async (context, { request: { caller, cookies, mount }, input }) => {
      const finished = await verifyEmailLogin(context, { ...input, deviceToken: input.deviceToken ?? cookies.deviceToken, caller });
      return { data: finished.data, meta: nextStepOf(context, finished, mount) };
    },
  }),
};
