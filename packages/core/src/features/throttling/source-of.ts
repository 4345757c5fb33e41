import { isIP } from 'node:net';

/** Whoever comes without an address that can be made sense of: all of them are one source, or making none would be a way out. */
const UNKNOWN = 'unknown';

/**
 * Whom an address counts as (security.md L3). IPv6 counts by /64, which is what a single subscriber has at least; an IPv4
 * address inside an IPv6 one (RFC 4291 2.5.5.2) is that address.
 */
export function sourceOf(ip: string | null): string {
  if (ip === null) return UNKNOWN;
  const address = withoutPort(ip);
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return sourceOfIpv6(address);
    default:
      return UNKNOWN;
  }
}

/** Some proxies report the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(ip: string): string {
  const [, inBrackets, beforeColon] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(ip) ?? [];
  return inBrackets ?? beforeColon ?? ip;
}

function sourceOfIpv6(address: string): string {
  const groups = groupsOf(address);
  const [a, b, c, d, e, f, g = 0, h = 0] = groups;
  if ([a, b, c, d, e].every((group) => group === 0) && f === 0xffff) {
    return [g >> 8, g & 0xff, h >> 8, h & 0xff].join('.');
  }
  return `${groups.slice(0, 4).map((group) => group.toString(16)).join(':')}::/64`;
}

/** The eight groups of an address that is one, whatever its way of writing. */
function groupsOf(address: string): number[] {
  const [plain = ''] = address.split('%');
  const hex = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) =>
    [pair(a, b), pair(c, d)].join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const before = parseGroups(head);
  const after = parseGroups(tail ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function parseGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

const pair = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);
