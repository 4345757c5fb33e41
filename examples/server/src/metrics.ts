import type { Server } from 'node:http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from '@sallyport/core/opentelemetry';
import { listen } from './server.js';
import type { MetricsSettings } from './settings.js';

/**
 * Serves the OpenTelemetry metrics for Prometheus at `/metrics`, on a separate port. The number of logins and failures is not
 * public, and a port that no load balancer forwards needs no token that could leak.
 */
export async function serveMetrics(at: MetricsSettings): Promise<Server> {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutTargetInfo: true });
  instrument({ meterProvider: new MeterProvider({ readers: [exporter] }) });
  return listen(at, (req, res) => {
    if (req.url === '/metrics') exporter.getMetricsRequestHandler(req, res);
    else res.writeHead(404).end();
  });
}
