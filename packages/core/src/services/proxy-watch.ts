import { BlockList, isIP } from 'node:net';
import type { AuthRequest } from '../model/http-messages.js';
import type { Logger } from '../ports/logger.js';

/** Addresses that proxies have, but clients on the internet do not. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16], ['100.64.0.0', 10]] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [['::1', 128], ['fc00::', 7], ['fe80::', 10]] as const) PRIVATE.addSubnet(net, prefix, 'ipv6');

/** Headers in which proxies, load balancers and CDNs name the client. */
const FORWARDED_FOR = [
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
] as const;

type Head = Pick<AuthRequest, 'ip' | 'trustsProxies' | 'signal' | 'header'>;

/**
 * `unheeded`: the host ignores the header in which a proxy names the client. `nameless`: requests come without an address, and nothing
 * names their client.
 */
export type ProxyFault = 'unheeded' | 'nameless';

/**
 * Detects requests through a proxy that the host does not know: they name a client, but the host takes the address of
 * the proxy, or has none, as over a unix socket. Then all clients share one limit, and one address in events (security.md L3).
 */
export class ProxyWatch {
  readonly #logger: Logger;
  #isUnheeded = false;
  #isNameless = false;
  #hasAddresses = false;
  #hasWarned = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get fault(): ProxyFault | null {
    if (this.#isUnheeded) return 'unheeded';
    // Where others have an address, it was a check of this machine that went past the proxy.
    return this.#isNameless && !this.#hasAddresses ? 'nameless' : null;
  }

  notice(request: Head): void {
    const { ip } = request;
    this.#warn(request);
    if (ip === undefined) return this.#noticeNameless(request);
    this.#hasAddresses = true;
    if (this.#isUnheeded) return;
    const forwardedFor = request.header('x-forwarded-for');
    if (forwardedFor === undefined) return;
    // A host that trusts the header takes the address from it. A host that trusts only other proxies does not. A header
    // from a public address was written by the client itself.
    this.#isUnheeded = isPrivate(ip) && !addressesIn(forwardedFor).includes(bare(ip));
  }

  /** The address of a client that has disconnected is unknown, too. A host that cannot tell of proxies may have no addresses at all. */
  #noticeNameless(request: Head): void {
    if (request.signal?.aborted === true) return;
    if (request.header('x-forwarded-for') !== undefined) this.#isUnheeded = true;
    else if (request.trustsProxies === undefined) return;
    else this.#isNameless = true;
    if (this.fault === null || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn(
      'requests come without an address, as over a unix socket, and no trusted header names their client: all share one limit until the proxy sends X-Forwarded-For and `trust proxy` covers it (a unix socket counts as loopback)',
    );
  }

  /** Warns once if the host trusts no proxy. Clients can send such a header too, so it has no other effect. */
  #warn(request: Head): void {
    if (this.#hasWarned || request.trustsProxies !== false) return;
    const found = FORWARDED_FOR.find((name) => request.header(name) !== undefined);
    if (found === undefined) return;
    this.#hasWarned = true;
    this.#logger.warn(
      'a request has a forwarding header, but no proxy is trusted: if there is a proxy, all clients have its address until you set `trust proxy`',
      { header: found },
    );
  }
}

function addressesIn(forwardedFor: string): string[] {
  return forwardedFor.split(',').map((address) => bare(address.trim()));
}

/** Converts an IPv4-mapped IPv6 address to IPv4. */
function bare(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '');
}

function isPrivate(ip: string): boolean {
  const address = bare(ip);
  const family = isIP(address);
  return family !== 0 && PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
