import type { Context } from '../../context.js';
import { isProduction } from '../../ports/environment.js';
import type { LinkTo } from '../../foundation/link-page.js';
import { isLoopback, isPlainHttp } from '../../foundation/urls.js';
import type { ProxyFault } from '../../services/proxy-watch.js';
import type { Finding } from './finding.js';

export function checkSurroundings(context: Context): Finding[] {
  return [
    ...checkTls(context),
    ...checkCookies(context),
    ...checkProduction(context),
    ...checkLimiter(context),
    ...checkProxy(context),
  ];
}

function checkTls({ settings, environment }: Context): Finding[] {
  const { baseUrl, transport, urls, trustedOrigins } = settings;
  const matters = (url: string): boolean => isPlainHttp(url) && (isProduction(environment) || !isLoopback(url));
  // If a page is made by a function, the URL for an empty message is checked for all.
  const insecure = Object.entries(urls).filter(([, link]: [string, LinkTo | undefined]) => link !== undefined && matters(link('token')));
  const findings: Finding[] = insecure.map(([name]) => ({
    id: 'link-without-tls',
    severity: 'error',
    problem: `urls.${name} is http: an attacker on the network can change the page that receives the token`,
    remedy: `Serve that page over https, and say so in urls.${name}`,
  }));
  const isBaseInsecure = baseUrl !== undefined && matters(baseUrl);
  if (!isBaseInsecure && !(transport === 'cookie' && trustedOrigins.some(matters))) return findings;
  const which = isBaseInsecure ? 'baseUrl' : 'trustedOrigins';
  const remedy = `Serve it over https, behind a proxy that has the certificate if need be, and say so in ${which}`;
  return transport === 'cookie'
    ? [
        ...findings,
        {
          id: 'cookie-without-tls',
          severity: 'error',
          problem: `cookie mode trusts an origin in ${which} that is http: browsers keep no Secure cookie of it, and an attacker on the network can impersonate it`,
          remedy,
        },
      ]
    : [
        ...findings,
        { id: 'base-url-without-tls', severity: 'error', problem: 'baseUrl is http: passwords and tokens are sent unencrypted', remedy },
      ];
}

function checkCookies({ settings: { transport, cookies } }: Context): Finding[] {
  if (transport !== 'cookie' || cookies.secure) return [];
  return [
    {
      id: 'cookie-not-secure',
      severity: 'warning',
      problem: 'baseUrl is http on this machine: the cookies are not Secure, and any other server on this host can read and replace them',
      remedy: 'Nothing to do in development; elsewhere set NODE_ENV=production and an https baseUrl',
    },
  ];
}

function checkProduction(context: Context): Finding[] {
  const { baseUrl } = context.settings;
  if (!isProduction(context.environment)) {
    if (baseUrl === undefined || isPlainHttp(baseUrl) || isLoopback(baseUrl)) return [];
    return [
      {
        id: 'not-production',
        severity: 'warning',
        problem: 'baseUrl is an address of the internet, but NODE_ENV is not production: safeguards for production are off, in this library and in others',
        remedy: 'Set NODE_ENV=production',
      },
    ];
  }
  return [...(context.notifier.printsMessages === true ? [CONSOLE_NOTIFIER] : []), ...(context.settings.throttling.enabled ? [] : [THROTTLING_OFF])];
}

/** In production there may be several processes; with a bus there certainly are. */
function checkLimiter({ settings, limiter, bus, environment }: Context): Finding[] {
  const { enabled, source } = settings.throttling;
  const matters = enabled && source && (isProduction(environment) || bus !== undefined);
  return matters && !limiter.shared ? [LIMITER_NOT_SHARED] : [];
}

const CONSOLE_NOTIFIER: Finding = {
  id: 'console-notifier',
  severity: 'error',
  problem: 'messages are printed instead of sent: codes and links are visible to anyone who reads the output, and reach nobody else',
  remedy: 'Set a notifier that sends, such as one of @sallyport/notifiers',
};

const THROTTLING_OFF: Finding = {
  id: 'throttling-off',
  severity: 'warning',
  problem: 'throttling.enabled is false: passwords can be guessed as fast as the server hashes',
  remedy: 'Turn it on, unless something in front of this server limits guesses by login name as well',
};

const LIMITER_NOT_SHARED: Finding = {
  id: 'limiter-not-shared',
  severity: 'warning',
  problem: 'limits by source are counted in this process only: each of several processes allows the full limit, and a restart resets it',
  remedy: 'Set throttling.limiter to one that is shared, such as createStoreLimiter(store), unless this is the only process',
};

const PROXY_FINDINGS: Readonly<Record<ProxyFault, Finding>> = {
  unheeded: {
    id: 'proxy-not-trusted',
    severity: 'error',
    problem: 'requests come through a proxy whose X-Forwarded-For is ignored: all clients have its address, share its limits, and look the same in events',
    remedy: 'Declare your proxies to the host; in Express: app.set("trust proxy", 1), or their addresses ("loopback" for a unix socket), and never true',
  },
  nameless: {
    id: 'proxy-not-trusted',
    severity: 'error',
    problem: 'requests come without an address, as over a unix socket, and no header names their client: all clients share limits, and look the same in events',
    remedy: 'Let the proxy send X-Forwarded-For, and declare it to the host; in Express: app.set("trust proxy", "loopback") for a unix socket',
  },
};

function checkProxy({ proxyWatch }: Context): Finding[] {
  return proxyWatch.fault === null ? [] : [PROXY_FINDINGS[proxyWatch.fault]];
}
