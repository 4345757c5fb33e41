import type { ExpressRequest } from './express-types.js';

/** The address used for a peer on a unix socket, which is on this machine. */
const UNIX_SOCKET_PEER = '127.0.0.1';

/**
 * The client's address, as far as `trust proxy` allows. For a proxy on a unix socket Express has no address unless that setting
 * is a number: `'loopback'` does not cover a peer without an address. All clients would then share one limit (security.md L3).
 * `undefined` if such a proxy is not trusted or names no client: core reports it.
 */
export function clientAddress(req: ExpressRequest): string | undefined {
  const { ip } = req;
  if (ip !== undefined || req.socket.remoteAddress !== undefined || req.socket.destroyed) return ip;
  const trusts: unknown = req.app.get('trust proxy fn');
  const isTrusted = (address: string, at: number): boolean => typeof trusts === 'function' && trusts(address, at) === true;
  const header = [req.headers['x-forwarded-for'] ?? ''].flat().join(',');
  const forwarded = header.split(',').map((address) => address.trim()).filter((address) => address !== '').toReversed();
  if (!isTrusted(UNIX_SOCKET_PEER, 0)) return undefined;
  return forwarded.find((address, at) => at === forwarded.length - 1 || !isTrusted(address, at + 1));
}
