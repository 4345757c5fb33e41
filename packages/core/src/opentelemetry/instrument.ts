import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { measure } from './measure.js';
import { makeSpans } from './make-spans.js';

export interface InstrumentOptions {
  /** Where the routes are mounted; it stands before the route in `http.route`. Default `/auth`. */
  readonly mount?: string | undefined;
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

const NAME = '@sallyport/core';

/**
 * Makes spans and metrics of what every `Auth` of this process does, as docs/telemetry.md lists them, until the function
 * that it returns is called. Nothing of them is a password, token, code, secret, hash or address (security.md G2). Once a
 * process: called twice, everything is told twice.
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
