import type { TracingChannel } from 'node:diagnostics_channel';
import { AuthError } from '../errors.js';
import { codeOf, nameOf } from '../foundation/describe-error.js';
import { systemStopwatch } from '../ports/stopwatch.js';
import type { Trace } from './channels.js';

interface Traced<Message extends Trace, T> {
  readonly channel: TracingChannel<unknown, Message>;
  readonly message: Message;
  readonly work: (message: Message) => Promise<T>;
}

/**
 * Runs the operation and publishes its events to the channel's subscribers; without any, it only checks a flag. It does not use
 * `tracePromise`, which would publish results and errors with everything in them (security.md G2).
 */
export function traced<Message extends Trace, T>({ channel, message, work }: Traced<Message, T>): Promise<T> {
  if (!channel.hasSubscribers) return work(message);
  const begunAt = systemStopwatch();
  const settled = channel.start.runStores(message, async () => {
    try {
      return await (message.around === undefined ? work(message) : message.around(() => work(message)));
    } catch (error) {
      message.error = errorTypeOf(error);
      channel.error.publish(message);
      throw error;
    } finally {
      message.durationMs = systemStopwatch() - begunAt;
      channel.asyncStart.publish(message);
      channel.asyncEnd.publish(message);
    }
  });
  channel.end.publish(message);
  return settled;
}

/** The kind of the failure: one of few values, never taken from the input. */
function errorTypeOf(error: unknown): string {
  if (error instanceof AuthError) return error.code;
  if (!(error instanceof Error)) return typeof error;
  const code = codeOf(error);
  return typeof code === 'string' ? code : nameOf(error);
}
