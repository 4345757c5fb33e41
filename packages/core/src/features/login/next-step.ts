import type { Context } from '../../context.js';
import type { ReplyMeta } from '../../http/define-route.js';
import { secondsUntil } from '../throttling/too-many-requests.js';
import type { FinishedLogin } from './finish-login.js';

/** The `meta` of a login that needs a second factor: the route that takes the factor. */
export function nextStepOf(context: Context, { data, codeRetryAt }: FinishedLogin, mount: string): ReplyMeta {
  if (!('challengeToken' in data)) return {};
  return {
    nextStep: 'Pass the second factor',
    redirectTo: `${mount}/2fa/verify`,
    ...(codeRetryAt === null ? {} : { retryAfter: secondsUntil(context, codeRetryAt) }),
  };
}
