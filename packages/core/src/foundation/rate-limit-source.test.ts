import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateLimitSource } from './rate-limit-source.js';

describe('the source of a request', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:49152', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]:49152', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:80', '192.0.2.1'],
    ['2001:db8:1:2::192.0.2.1', '2001:db8:1:2::/64'],
  ])('L3: of %s is %s', (ip, source) => {
    expect(rateLimitSource(ip)).toBe(source);
  });

  it.each([null, '', ' ', 'unknown', 'localhost', '192.0.2', '192.0.2.256', '192.0.2.01', '::1::', '[::1', '1.2.3.4.5', ':80', 'g::'])(
    'L3: of %j is that of requests without an address: invalid addresses make no sources',
    (ip) => {
      expect(rateLimitSource(ip)).toBe('unknown');
    },
  );

  it('L3: is the same within a /64 and differs between them, in any notation', () => {
    const hextets = fc.array(fc.nat(0xffff), { minLength: 4, maxLength: 4 });
    // The first 96 bits of an IPv4 address on an IPv6 socket are zeros except for the last 16.
    const networks = fc.uniqueArray(hextets.filter(([first]) => first !== 0), { minLength: 2, maxLength: 2, selector: String });
    fc.assert(
      fc.property(networks, hextets, hextets, ([network = [], other = []], host, neighbour) => {
        const written = (...parts: readonly number[]): string => parts.map((hextet) => hextet.toString(16)).join(':');
        const source = rateLimitSource(written(...network, ...host));
        expect(source).toBe(`${written(...network)}::/64`);
        expect(rateLimitSource(written(...network, ...neighbour))).toBe(source);
        expect(rateLimitSource(new URL(`http://[${written(...network, ...host)}]`).hostname)).toBe(source);
        expect(rateLimitSource(written(...other, ...host))).not.toBe(source);
      }),
    );
  });
});
