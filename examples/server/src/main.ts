import { createLogger } from '@sallyport/core';
import { createApp } from './app.js';
import { openAuth } from './auth.js';
import { DEMO_FLAG, openDemoProvider } from './demo-provider.js';
import { explain } from './explain.js';
import { loadSettings } from './load-settings.js';
import { openLogFiles } from './log-files.js';
import { serveMetrics } from './metrics.js';
import { exitOnCrash } from './on-crash.js';
import { isPageBuilt } from './page.js';
import { listen, portOf } from './server.js';
import { shutDownOnSignal } from './shutdown.js';
import { openWeb } from './web.js';
import type { Web } from './web.js';

async function start(): Promise<void> {
  const settings = loadSettings();
  const { port, logLevel, logFolder, trustProxy, shutdown } = settings;

  const files = logFolder === undefined ? undefined : openLogFiles(logFolder);
  const logger = createLogger({ level: logLevel, copyTo: files?.write });
  const flush = async (): Promise<void> => files?.close();
  exitOnCrash({ logger, flush });

  const web = openWeb(settings);
  // Next to the server's own port, so that it is the same at each start.
  const demo = process.argv.includes(DEMO_FLAG) ? await openDemoProvider({ ...settings, port: adjacentPort(port) }) : undefined;
  const auth = await openAuth(settings, { logger, mailbox: web?.mailbox, moreProviders: demo && { demo: demo.provider } });
  const metrics = settings.metrics === undefined ? undefined : await serveMetrics(settings.metrics);
  const stopping = new AbortController();
  const server = await listen(port, createApp({ auth, logger, trustProxy, web, stopping: stopping.signal }));
  const close = async (): Promise<void> => {
    // Closed last, so that metrics can be scraped until the end.
    metrics?.close().closeAllConnections();
    demo?.close();
    await auth.close();
  };
  shutDownOnSignal({ server, stopping, close, flush, logger, ...shutdown });
  if (metrics !== undefined) console.log(`Its metrics are at http://${settings.metrics?.host}:${portOf(metrics)}/metrics`);
  if (demo !== undefined) console.log(`A demo provider is at ${demo.issuer}: it accepts any name and password`);
  printAddress(`http://localhost:${portOf(server)}`, web);
}

function adjacentPort(port: number): number {
  if (port === 0) return 0;
  return port < 65_535 ? port + 1 : port - 1;
}

function printAddress(origin: string, web: Web | undefined): void {
  const ada = JSON.stringify({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' });
  console.log(`Sallyport listens on ${origin}/auth; every route is at ${origin}/docs`);
  if (web !== undefined) console.log(isPageBuilt() ? `Open ${web.baseUrl} to try it out` : 'The page is not built: run pnpm --filter web build');
  console.log(`Try: curl -s ${origin}/auth/register -H 'content-type: application/json' -d '${ada}'`);
}

start().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
