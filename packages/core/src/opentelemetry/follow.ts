import type { TracingChannel } from 'node:diagnostics_channel';

interface Listeners<Message> {
  readonly onStart?: (message: Message) => void;
  readonly onEnd: (message: Message) => void;
}

const ignore = (): void => undefined;

/** Subscribes to the start and the end of a traced operation. Returns a function that unsubscribes. */
export function follow<Message extends object>(
  channel: TracingChannel<unknown, Message>,
  { onStart = ignore, onEnd }: Listeners<Message>,
): () => void {
  const listeners = { start: onStart, end: ignore, asyncStart: ignore, asyncEnd: onEnd, error: ignore };
  channel.subscribe(listeners);
  return () => channel.unsubscribe(listeners);
}
