import type { Context } from '../context.js';
import { asAuthError, AuthError } from '../errors.js';
import { describeError } from '../foundation/describe-error.js';

interface StreamedBody {
  readonly requestId: string;
  readonly body: AsyncIterable<string>;
}

/**
 * Passes the body on. If it fails midway, the failure is logged and the answer is cut off: the client then has invalid
 * JSON, which it cannot mistake for the whole.
 */
export async function* logCutOff({ logger }: Context, { requestId, body }: StreamedBody): AsyncGenerator<string> {
  try {
    yield* body;
  } catch (thrown) {
    const { code } = asAuthError(thrown);
    logger.error('response was cut off', { requestId, authCode: code, ...describeError(thrown) });
    // Without its cause: what the host does with the error is unknown (security.md G2).
    throw new AuthError(code);
  }
}
