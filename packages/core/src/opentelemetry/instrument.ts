import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { measure } from './measure.js';
import { makeSpans } from './make-spans.js';

export interface InstrumentOptions {
  /** The mount of the routes; it precedes the route in `http.route`. Default `/auth`. */
  readonly mount?: string | undefined;
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

const NAME = '@sallyport/core';

/**
 * Records spans and metrics of every `Auth` of this process, as listed in docs/telemetry.md. Returns a function that stops it.
 * They contain no password, token, code, secret, hash or address (security.md G2). Call it once per process: a second call
 * would record everything twice.
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const { mount = '/auth', tracerProvider = trace, meterProvider = metrics } = options;
  const stops = [
    ...makeSpans(tracerProvider.getTracer(NAME), mount),
    ...measure(meterProvider.getMeter(NAME), mount),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
