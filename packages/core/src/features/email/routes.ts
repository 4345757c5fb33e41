import { publicRoute, sessionRoute } from '../../http/define-route.js';
import { emptyData } from '../../http/input.js';
import { changeEmail } from './change-email.js';
import { requestVerification } from './request-verification.js';
import { changeEmailInput, requestVerificationInput, verifyEmailInput } from './schema.js';
import { verifyEmail } from './verify-email.js';

export const emailRoutes = {
  requestVerification: publicRoute({
    method: 'POST',
    path: '/email/verification/request',
    access: 'public-or-session',
    limit: 'recovery',
    summary: "Mail a link to verify an address: the session's own, or the one given; the answer is always the same",
    status: 200,
    message: 'If this address is waiting for verification, a mail will be sent',
    input: requestVerificationInput,
    data: emptyData,
    errors: ['UNAUTHENTICATED', 'INVALID_TOKEN'],
    handler: async (context, { request: { current, refusal, caller }, input }) => {
      await requestVerification(context, { ...input, current, refusal, caller });
      return { data: {} };
    },
  }),
  verifyEmail: publicRoute({
    method: 'POST',
    path: '/email/verify',
    access: 'public',
    summary: 'Verify an address, or confirm a change of address, with the token that was mailed to it',
    status: 200,
    message: 'Email address verified',
    input: verifyEmailInput,
    data: emptyData,
    errors: ['INVALID_VERIFICATION_TOKEN'],
    handler: async (context, { request: { caller }, input }) => {
      await verifyEmail(context, { ...input, caller });
      return { data: {} };
    },
  }),
  changeEmail: sessionRoute({
    method: 'POST',
    path: '/email/change',
    access: 'session+recent',
    limit: 'login',
    summary: 'Begin a change of address, which takes effect when the new address confirms it',
    status: 200,
    message: 'A mail to confirm the change was sent to the new address',
    input: changeEmailInput,
    data: emptyData,
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_REQUESTS', 'FORBIDDEN', 'EMAIL_TAKEN', 'OVERLOADED'],
    handler: async (context, { request: { caller, current }, input }) => {
      await changeEmail(context, { ...input, current, caller });
      return { data: {} };
    },
  }),
};
