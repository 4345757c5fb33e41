import { BlockList, isIP } from 'node:net';
import type { AuthRequest } from '../model/http-messages.js';
import type { Logger } from '../ports/logger.js';

/** Where proxies are, and clients on the internet are not. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16], ['100.64.0.0', 10]] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [['::1', 128], ['fc00::', 7], ['fe80::', 10]] as const) PRIVATE.addSubnet(net, prefix, 'ipv6');

/** What proxies, load balancers and content networks say of whom they speak for. */
const FORWARDED_FOR = [
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
] as const;

type Head = Pick<AuthRequest, 'ip' | 'trustsProxies' | 'header'>;

/**
 * Notes whether requests come through a proxy that the host has not been told of: they say for whom they were forwarded,
 * and yet are taken for the proxy's own. All clients are one then, to limits and in events (security.md L3).
 */
export class ProxyWatch {
  readonly #logger: Logger;
  #unheeded = false;
  #hasWarned = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get sawUnheeded(): boolean {
    return this.#unheeded;
  }

  notice(request: Head): void {
    this.#warn(request);
    if (this.#unheeded || request.trustsProxies === true) return;
    const forwardedFor = request.header('x-forwarded-for');
    if (forwardedFor === undefined || request.ip === undefined) return;
    // A host that believes the header takes the address from it. One from the internet was written by the client itself.
    this.#unheeded = isPrivate(request.ip) && !addressesIn(forwardedFor).includes(bare(request.ip));
  }

  /** Once, where the host says that it trusts none. Anybody can send such a header, so nothing else comes of it. */
  #warn(request: Head): void {
    if (this.#hasWarned || request.trustsProxies !== false) return;
    const found = FORWARDED_FOR.find((name) => request.header(name) !== undefined);
    if (found === undefined) return;
    this.#hasWarned = true;
    this.#logger.warn(
      'a proxy seems to speak for clients, but none is trusted, so that all clients have its address: set `trust proxy`, unless they reach this server without one',
      { header: found },
    );
  }
}

function addressesIn(forwardedFor: string): string[] {
  return forwardedFor.split(',').map((address) => bare(address.trim()));
}

/** An IPv4 address that came in over IPv6 is the IPv4 address. */
function bare(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '');
}

function isPrivate(ip: string): boolean {
  const address = bare(ip);
  const family = isIP(address);
  return family !== 0 && PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
