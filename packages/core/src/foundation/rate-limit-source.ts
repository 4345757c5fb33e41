import { isIPv4, isIPv6 } from 'node:net';

/** All clients without a valid address count as one source. */
const UNKNOWN = 'unknown';
/** Some proxies append a port to the address. It differs for each connection, so it must not be part of the source. */
const WITH_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+))(?::\d+)?$/;
const HEXTETS = 8;
/** An IPv4 client on an IPv6 socket (RFC 4291 2.5.5.2). */
const IS_MAPPED = /^0:0:0:0:0:ffff:/;

/**
 * The source that a request counts against: its address, or the first 64 bits of an IPv6 address. A household or a
 * server has at least that many addresses, and would otherwise have as many shares and limits (security.md L3).
 */
export function rateLimitSource(ip: string | null): string {
  if (ip === null) return UNKNOWN;
  if (isIPv4(ip)) return ip;
  const { v6, v4 } = WITH_PORT.exec(ip)?.groups ?? {};
  const address = v6 ?? v4 ?? ip;
  if (isIPv4(address)) return address;
  return isIPv6(address) ? sourceOfV6(address) : UNKNOWN;
}

function sourceOfV6(address: string): string {
  const hextets = hextetsOf(address);
  const [first = 0, second = 0] = hextets.slice(-2);
  if (IS_MAPPED.test(hextets.map((hextet) => hextet.toString(16)).join(':'))) {
    return [first >> 8, first & 255, second >> 8, second & 255].join('.');
  }
  return `${hextets.slice(0, 4).map((hextet) => hextet.toString(16)).join(':')}::/64`;
}

/** The address must be valid. */
function hextetsOf(address: string): number[] {
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const [before, behind] = [valuesOf(head), valuesOf(tail ?? '')];
  return [...before, ...Array.from({ length: HEXTETS - before.length - behind.length }, () => 0), ...behind];
}

function valuesOf(part: string): number[] {
  return part
    .split(':')
    .filter((text) => text !== '')
    .flatMap((text) => {
      if (!text.includes('.')) return [Number.parseInt(text, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
      return [a * 256 + b, c * 256 + d];
    });
}
