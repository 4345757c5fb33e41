import type { Channel } from 'node:diagnostics_channel';
import * as channels from '../telemetry/channels.js';

/** A message of a channel, copied when it was published. */
export interface Heard {
  /** Without the affixes that Node adds to the name of a tracing channel. */
  readonly name: string;
  readonly event: string;
  readonly message: Readonly<Record<string, unknown>>;
}

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

/** Listens to all channels until the returned function is called. */
export function listenToTelemetry(onMessage: (heard: Heard) => unknown): () => void {
  const stops = Object.values(channels).flatMap((channel) =>
    'start' in channel ? EVENTS.map((event) => listenTo(channel[event], event, onMessage)) : [listenTo(channel, 'state', onMessage)],
  );
  return () => {
    for (const stop of stops) stop();
  };
}

type Listenable = Pick<Channel, 'name' | 'subscribe' | 'unsubscribe'>;

function listenTo(channel: Listenable, event: string, onMessage: (heard: Heard) => unknown): () => void {
  const name = String(channel.name).replace(/^tracing:|:(?:start|end|asyncStart|asyncEnd|error)$/g, '');
  const listener = (message: unknown): void => void onMessage({ name, event, message: { ...Object(message) } });
  channel.subscribe(listener);
  return () => channel.unsubscribe(listener);
}
