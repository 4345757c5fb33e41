import { describe, expect, it } from 'vitest';
import { call } from './test-kit/call.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const ADA = { email: 'ada@example.com', password: 'seven violet otters' };

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Parses Prometheus' text format, version 0.0.4; throws on an invalid line. */
function parse(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !/^# (?:HELP|TYPE|UNIT) \w+ /.test(line));
  return lines.map((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/.exec(line) ?? [];
    if (name === undefined || Number.isNaN(Number(value?.replace('+Inf', 'Infinity')))) throw new Error(`no sample: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/g)];
    if (pairs.map(([pair]) => pair).join('') !== labels) throw new Error(`no labels: ${line}`);
    return { name, labels: Object.fromEntries(pairs.map(([, key, text = '']) => [key, text])), value: Number(value) };
  });
}

describe('metrics', () => {
  it('are served for Prometheus on a separate port, and contain no personal data', async () => {
    const server = startServer({ folder: temporaryFolder(), env: { METRICS_PORT: '0' } });
    const origin = await server.origin();
    const address = /metrics are at (http:\/\/127\.0\.0\.1:\d+\/metrics)/.exec(server.output())?.[1] ?? '';
    await call(origin, 'POST /auth/register', { body: { ...ADA, name: 'Ada' } });
    await call(origin, 'POST /auth/login', { body: { ...ADA, password: 'another password' } });
    await call(origin, 'POST /auth/login', { body: ADA });

    const scrape = await fetch(address);
    expect(scrape.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await scrape.text();
    const samples = parse(text);
    const of = (name: string, labels: Sample['labels']) =>
      samples.filter((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value));
    const login = { http_request_method: 'POST', http_route: '/auth/login' };
    const requests = of('sallyport_request_duration_count', login);
    expect(Object.fromEntries(requests.map(({ labels, value }) => [labels['http_response_status_code'], value]))).toEqual({ 200: 1, 401: 1 });
    const buckets = of('sallyport_request_duration_bucket', { ...login, http_response_status_code: '200' });
    expect(buckets.map(({ labels }) => labels['le'])).toContain('+Inf');
    expect(buckets.map(({ value }) => value)).toEqual(buckets.map(({ value }) => value).toSorted((a, b) => a - b));
    expect(of('sallyport_hashing_run_duration_count', { sallyport_hashing_operation: 'verify' })).toMatchObject([{ value: 2 }]);
    expect(of('sallyport_store_duration_count', { sallyport_store_verb: 'users.findByEmail' })).toMatchObject([{ value: 2 }]);
    expect(text).not.toMatch(/ada@|violet|example\.com|eyJ|sp_[a-z]t_/i);

    expect((await fetch(new URL('/', address))).status).toBe(404);
    expect((await call(origin, 'GET /metrics')).status).toBe(404);
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('are not served unless configured', async () => {
    const server = startServer({ folder: temporaryFolder() });
    await server.origin();
    expect(server.output()).not.toContain('metrics');
  });
});
