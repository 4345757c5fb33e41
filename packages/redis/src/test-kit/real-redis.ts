import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { createClient } from '@redis/client';

const URL_OF_TESTS = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** The URL of a real Redis; `null`, and a printed line that says so, if none answers. */
export const redisUrl: string | null = (await answers(URL_OF_TESTS)) ? URL_OF_TESTS : null;
if (redisUrl === null) process.stderr.write('\nno Redis answers at TEST_REDIS_URL or 127.0.0.1:6379, so its tests are skipped (CI runs them)\n');

/** The prefix of the keys and channels of one test. */
export function aPrefix(): string {
  return `sallyport-test:${randomUUID()}:`;
}

export function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 6379) };
}

async function answers(url: string): Promise<boolean> {
  const isOpen = await new Promise<boolean>((resolve) => {
    const socket = connect(addressOf(url), () => resolve(true)).on('error', () => resolve(false));
    socket.setTimeout(1_000, () => resolve(false)).unref();
    socket.on('connect', () => socket.end());
  });
  if (!isOpen) return false;
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);
  return client.connect().then(
    () => {
      client.destroy();
      return true;
    },
    () => false,
  );
}
