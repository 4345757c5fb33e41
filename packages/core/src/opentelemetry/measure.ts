import type { Channel } from 'node:diagnostics_channel';
import type { Attributes, Gauge, Histogram, Meter } from '@opentelemetry/api';
import {
  deliveryChannel,
  guardChannel,
  hashingChannel,
  hashingQueueChannel,
  outboxChannel,
  requestChannel,
  storeChannel,
  useCaseChannel,
} from '../telemetry/channels.js';
import type { Trace } from '../telemetry/channels.js';
import { deliveryAttributes, failureAttributes, guardAttributes, requestAttributes, storeAttributes } from './attributes.js';
import { follow } from './follow.js';

const seconds = (ms = 0): number => ms / 1_000;

/** Those of the semantic conventions for requests, and finer ones for reads from memory or a file. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const CALL_SECONDS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** Records metrics of each operation, and of the queues. */
export function measure(meter: Meter, mount: string): (() => void)[] {
  const durations = (name: string, description: string, boundaries: number[] = REQUEST_SECONDS): Histogram =>
    meter.createHistogram(`sallyport.${name}`, { description, unit: 's', advice: { explicitBucketBoundaries: boundaries } });
  const gauge = (name: string, description: string, unit: string): Gauge =>
    meter.createGauge(`sallyport.${name}`, { description, unit });

  const requests = durations('request.duration', 'How long requests to the mount took');
  const useCases = durations('use_case.duration', 'How long use-cases took, called by HTTP or not');
  const guards = durations('guard.duration', 'How long requireAuth took', CALL_SECONDS);
  const calls = durations('store.duration', 'How long calls to the store took', CALL_SECONDS);
  const waits = durations('hashing.wait.duration', 'How long password hashes waited for their turn');
  const runs = durations('hashing.run.duration', 'How long password hashes took');
  const deliveries = durations('delivery.duration', 'How long attempts to deliver a message took');
  const refused = meter.createCounter('sallyport.hashing.refused', {
    description: 'Password hashes for which the queue had no room',
    unit: '{hash}',
  });

  return [
    follow(requestChannel, { onEnd: recordIn(requests, (message) => requestAttributes(message, mount)) }),
    follow(useCaseChannel, { onEnd: recordIn(useCases, ({ useCase }) => ({ 'sallyport.use_case': useCase })) }),
    follow(guardChannel, { onEnd: recordIn(guards, guardAttributes) }),
    follow(storeChannel, { onEnd: recordIn(calls, storeAttributes) }),
    follow(deliveryChannel, { onEnd: recordIn(deliveries, deliveryAttributes) }),
    follow(hashingChannel, {
      onEnd(message) {
        const { operation, durationMs = 0, waitMs, error } = message;
        const attributes = { 'sallyport.hashing.operation': operation };
        if (error === 'OVERLOADED') refused.add(1, attributes);
        if (waitMs === undefined) return;
        waits.record(seconds(waitMs), attributes);
        runs.record(seconds(durationMs - waitMs), { ...attributes, ...failureAttributes(message) });
      },
    }),
    followState(hashingQueueChannel, {
      waiting: gauge('hashing.waiting', 'Password hashes that wait for their turn', '{hash}'),
      running: gauge('hashing.running', 'Password hashes being computed', '{hash}'),
    }),
    followState(outboxChannel, {
      waiting: gauge('outbox.waiting', 'Messages that have been neither sent nor given up', '{message}'),
      oldestMs: gauge('outbox.oldest.age', 'Time since the oldest of them was written', 's'),
    }),
  ];
}

function recordIn<Message extends Trace>(histogram: Histogram, attributesOf: (message: Message) => Attributes) {
  return (message: Message): void => {
    histogram.record(seconds(message.durationMs), { ...attributesOf(message), ...failureAttributes(message) });
  };
}

/** One gauge for each field of the message. */
function followState(channel: Channel, gauges: Readonly<Record<string, Gauge>>): () => void {
  const listener = (message: unknown): void => {
    for (const [field, gauge] of Object.entries(gauges)) {
      const value: unknown = Reflect.get(Object(message), field);
      if (typeof value === 'number') gauge.record(field.endsWith('Ms') ? seconds(value) : value);
    }
  };
  channel.subscribe(listener);
  return () => channel.unsubscribe(listener);
}
