import type { Context } from '../context.js';
import { asAuthError, AuthError } from '../errors.js';
import { describeError } from '../foundation/describe-error.js';

interface StreamedBody {
  readonly requestId: string;
  readonly body: AsyncIterable<string>;
}

/**
 * The same body, whose failure on the way goes to the log and cuts the answer off: what arrived is no JSON, and cannot pass for
 * the whole.
 */
export async function* logCutOff({ logger }: Context, { requestId, body }: StreamedBody): AsyncGenerator<string> {
  try {
    yield* body;
  } catch (thrown) {
    const { code } = asAuthError(thrown);
    logger.error('answer was cut off', { requestId, authCode: code, ...describeError(thrown) });
    // Without its cause: what the host does with it is not known (security.md G2).
    throw new AuthError(code);
  }
}
