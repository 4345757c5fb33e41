import type { Server } from 'node:http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from '@sallyport/core/opentelemetry';
import { listen } from './server.js';
import type { MetricsSettings } from './settings.js';

/**
 * Serves what OpenTelemetry counts, for Prometheus to scrape at `/metrics`. On a port of its own: how many log in, and how
 * many fail to, is not for everybody, and a port that no load balancer knows needs no token that could leak or be forgotten.
 */
export async function serveMetrics(at: MetricsSettings): Promise<Server> {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutTargetInfo: true });
  instrument({ meterProvider: new MeterProvider({ readers: [exporter] }) });
  return listen(at, (req, res) => {
    if (req.url === '/metrics') exporter.getMetricsRequestHandler(req, res);
    else res.writeHead(404).end();
  });
}
