import { readFileSync } from 'node:fs';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAuth } from '../create-auth.js';
import { leaksIn, PEOPLE, secretsOf } from '../test-kit/canaries.js';
import { beginFlow, ROUTE_SCENARIOS } from '../test-kit/flows/flows.js';
import { ADA, createAdaWorld } from '../test-kit/mail-test-app.js';
import { PASSWORD } from '../test-kit/test-app.js';
import { failingStore } from '../testing/failing-store.js';
import { wrapMethods } from '../ports/store/wrap-methods.js';
import { instrument } from './instrument.js';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

interface Watched {
  readonly tracer: Tracer;
  readonly stop: () => void;
  readonly spans: () => readonly ReadableSpan[];
  readonly spanOf: (name: string) => ReadableSpan;
  readonly metrics: () => Promise<readonly MetricData[]>;
  readonly metricOf: (name: string) => Promise<MetricData>;
}

/** Sets up the real SDK until the test is over. */
function watch(): Watched {
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 1e8 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const stop = instrument({ tracerProvider, meterProvider });
  onTestFinished(async () => {
    stop();
    await meterProvider.shutdown();
  });
  const found = <T>(one: T | undefined, name: string): T => {
    if (one === undefined) throw new Error(`${name} is missing`);
    return one;
  };
  const metrics = async (): Promise<readonly MetricData[]> => {
    metricExporter.reset();
    await reader.forceFlush();
    return metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  };
  return {
    tracer: tracerProvider.getTracer('host'),
    stop,
    spans: () => spanExporter.getFinishedSpans(),
    spanOf: (name) => found(spanExporter.getFinishedSpans().find((span) => span.name === name), name),
    metrics,
    metricOf: async (name) => found((await metrics()).find(({ descriptor }) => descriptor.name === name), name),
  };
}

/** The name of every span after those of its ancestors, the outermost first. */
function pathsOf(spans: readonly ReadableSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const pathOf = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`;
  };
  return spans.map(pathOf);
}

describe('spans', () => {
  it('of a request have its use-case, hashes and store calls as children', async () => {
    const { post, mail } = await createAdaWorld();
    await mail.settled();
    const { spanOf, spans } = watch();
    const { meta } = (await post('/login', { email: ADA, password: PASSWORD })).body;
    const request = spanOf('POST /auth/login');
    expect(request.kind).toBe(SpanKind.SERVER);
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/auth/login',
      'http.response.status_code': 200,
      'sallyport.request.id': meta.requestId,
    });
    expect(pathsOf(spans())).toEqual(
      expect.arrayContaining([
        'POST /auth/login',
        'POST /auth/login > sallyport login > store users.findByEmail',
        'POST /auth/login > sallyport login > password verify',
        'POST /auth/login > sallyport login > store transaction > store sessions.insert',
      ]),
    );
  });

  it("of a request within a span of the host belong to its trace, and spans of the host within ours belong to them", async () => {
    const { auth, config, ada } = await createAdaWorld();
    const { tracer, spans } = watch();
    const driver = wrapMethods(config.store, async ({ run }) => {
      tracer.startSpan('driver').end();
      return run();
    });
    const driven = createAuth({ ...config, store: { ...config.store, ...driver } });
    const host = tracer.startSpan('host', {}, ROOT_CONTEXT);
    await context.with(trace.setSpan(ROOT_CONTEXT, host), async () => {
      await auth.api.sessions({}, { accessToken: ada.accessToken });
      await driven.guard({ method: 'GET', ip: undefined, mount: '', header: () => `Bearer ${ada.accessToken}` });
    });
    host.end();
    expect(pathsOf(spans())).toEqual(
      expect.arrayContaining([
        'host > sallyport sessions > store sessions.list',
        'host > sallyport guard > store sessions.findWithUser > driver',
      ]),
    );
    expect(spans().filter(({ kind }) => kind !== SpanKind.INTERNAL)).toEqual([]);
  });

  it('have the status ERROR for faults, but not for refusals', async () => {
    const { post, config, send } = await createAdaWorld();
    const { spanOf, spans } = watch();
    await post('/login', { email: ADA, password: 'something else' });
    const refused = spanOf('POST /auth/login');
    expect(refused.status.code).toBe(SpanStatusCode.UNSET);
    expect(refused.attributes).toMatchObject({ 'http.response.status_code': 401, 'sallyport.error.code': 'INVALID_CREDENTIALS' });
    expect(refused.attributes).not.toHaveProperty('error.type');
    const failing = createAuth({ ...config, store: failingStore(config.store, 1) });
    await expect(failing.api.login({ email: ADA, password: PASSWORD })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const fault = spans().filter(({ name }) => name === 'sallyport login').at(-1);
    expect(fault?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(fault?.attributes['error.type']).toBe('STORE_UNAVAILABLE');
    await send({ method: 'BREW', path: '/nowhere' });
    expect(spanOf('_OTHER').attributes).not.toHaveProperty('http.route');
  });

  it('of a delivery form a separate trace', async () => {
    const { post, mail } = await createAdaWorld();
    await mail.settled();
    const { spanOf, spans } = watch();
    await post('/password/request', { email: ADA });
    await mail.settled();
    const delivery = spanOf('sallyport deliver');
    expect(delivery.attributes).toMatchObject({ 'sallyport.message.kind': 'password-reset', 'sallyport.delivery.outcome': 'sent' });
    expect(pathsOf(spans())).toContain('sallyport deliver > store transaction > store outbox.release');
  });

  it('are no longer created after a stop', async () => {
    const { get } = await createAdaWorld();
    const { stop, spans, metrics } = watch();
    stop();
    await get('/health');
    expect(spans()).toEqual([]);
    expect(await metrics()).toEqual([]);
  });
});

describe('metrics', () => {
  it('count requests, hashes, store calls and deliveries', async () => {
    const { post, auth, mail } = await createAdaWorld({ passwords: { cost: 4, hashConcurrency: 1, hashQueue: 1 } });
    const { metricOf } = watch();
    await post('/login', { email: ADA, password: 'something else' });
    await Promise.allSettled(Array.from({ length: 4 }, async () => auth.api.login({ email: ADA, password: PASSWORD })));
    await mail.settled();
    const requests = await metricOf('sallyport.request.duration');
    expect(requests.descriptor).toMatchObject({ unit: 's' });
    expect(requests.dataPoints).toMatchObject([
      {
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/auth/login',
          'http.response.status_code': 401,
          'sallyport.error.code': 'INVALID_CREDENTIALS',
        },
        value: { count: 1 },
      },
    ]);
    expect((await metricOf('sallyport.hashing.refused')).dataPoints).toMatchObject([{ value: 2 }]);
    expect((await metricOf('sallyport.hashing.waiting')).dataPoints).toMatchObject([{ value: 0 }]);
    expect((await metricOf('sallyport.hashing.run.duration')).dataPoints).toMatchObject([{ value: { count: 3 } }]);
    const sum = (await metricOf('sallyport.hashing.wait.duration')).dataPoints.map(({ value }) => Reflect.get(Object(value), 'sum'));
    // The unit is seconds, and cost 4 takes milliseconds.
    expect(Math.max(...sum.map(Number))).toBeLessThan(1);
    const verbs = (await metricOf('sallyport.store.duration')).dataPoints.map(({ attributes }) => attributes['sallyport.store.verb']);
    expect(verbs).toContain('users.findByEmail');
  });
});

describe('docs/telemetry.md', () => {
  const DOCUMENT = readFileSync(new URL('../../../../docs/telemetry.md', import.meta.url), 'utf8');
  const ANY_FAILURE = ['sallyport.error.code', 'error.type'];
  const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([a-z]+\.[\w.]+)`/g)].map(([, name = '']) => name).toSorted();

  it('names every metric, span attribute and metric attribute, and none of their values is a secret or identifies a person', async () => {
    const { metrics, spans } = watch();
    const secrets = new Set<string>(PEOPLE);
    for (const flow of [ROUTE_SCENARIOS['login'], ROUTE_SCENARIOS['a reset'], ROUTE_SCENARIOS['turning it on by SMS']]) {
      if (flow === undefined) throw new Error('no such flow');
      const { world, request } = await beginFlow(flow);
      const reply = await world.send(request);
      await world.mail.settled();
      for (const secret of secretsOf(world, request, reply.body.data)) secrets.add(secret);
    }
    const { auth, mail, post } = await createAdaWorld({ passwords: { cost: 4, hashConcurrency: 1, hashQueue: 1 } });
    await Promise.allSettled(Array.from({ length: 4 }, async () => auth.api.login({ email: ADA, password: PASSWORD })));
    await auth.guard({ method: 'GET', ip: undefined, mount: '', header: () => undefined });
    mail.fail(Object.assign(new Error('no such mailbox'), { permanent: true }));
    await post('/password/request', { email: ADA });
    await mail.settled();

    const told = Object.fromEntries((await metrics()).map(({ descriptor, dataPoints }) => {
      const attributes = new Set(dataPoints.flatMap((point) => Object.keys(point.attributes)));
      return [descriptor.name, [...attributes].filter((name) => !ANY_FAILURE.includes(name)).toSorted()];
    }));
    const documented = [...DOCUMENT.matchAll(/^\| `(sallyport\.[\w.]+)` \|[^|]*\|(.*)\|$/gm)].map(([, name, cell]) => [name, namesIn(cell)]);
    expect(Object.fromEntries(documented)).toEqual(told);

    const ofSpans = new Set(spans().flatMap(({ attributes }) => Object.keys(attributes)));
    const rows = [...DOCUMENT.matchAll(/^\| `(?:POST|sallyport|store|password) [^`]*` \|[^|]*\|(.*)\|$/gm)];
    expect([...new Set(rows.flatMap(([, cell]) => namesIn(cell))), ...ANY_FAILURE].toSorted()).toEqual([...ofSpans].toSorted());

    const everything = JSON.stringify([spans().map(({ name, attributes, events }) => [name, attributes, events]), await metrics()]);
    expect(leaksIn(everything, [...secrets])).toEqual([]);
  });
});
