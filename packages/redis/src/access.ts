import type { ServiceCondition } from '@sallyport/core';
import type { Commands } from './clients.js';
import { Gate } from './gate.js';
import { within } from './within.js';

/** The source of the client: a `Link`, or the application. */
export interface Provider<Client> {
  /** Rejects if there is no connection and none is being opened. */
  client(): Promise<Client>;
  /** Opens a new connection, if this package owns it. */
  reset(): void;
  close(): void;
}

/** Sends commands that may fail and never take long. */
export interface Access<Client> {
  /** Rejects only with a `RedisUnavailableError`. */
  run<Result>(command: (client: Client) => Promise<Result>): Promise<Result>;
  inspect(): Promise<ServiceCondition>;
  close(): void;
}

export interface AccessOptions<Client> {
  /** `onChange` is called when a connection is opened or lost. */
  readonly provide: (onChange: (isUp: boolean) => void) => Provider<Client>;
  readonly timeoutMs: number;
  /** Called when Redis becomes unreachable or reachable. */
  readonly onChange: (isReachable: boolean) => void;
}

const INSPECT_TIMEOUT_MS = 2_000;
/** Older versions have not received fixes for years. */
const MINIMUM_VERSION = { major: 6, minor: 2 };

export function openAccess<Client extends Commands>({ provide, timeoutMs, onChange }: AccessOptions<Client>): Access<Client> {
  let isReachable: boolean | undefined;
  const report = (isNow: boolean): void => {
    if (isReachable === isNow) return;
    isReachable = isNow;
    onChange(isNow);
  };
  const gate = new Gate<Client>({
    client: () => provider.client(),
    timeoutMs,
    onChange(isOpen) {
      // The connection itself can be the cause: it hangs, or leads to a server that is no longer the primary.
      if (!isOpen) provider.reset();
      report(isOpen);
    },
  });
  const provider = provide((isUp) => {
    if (isUp) gate.open();
    report(isUp);
  });
  return {
    run: (command) => gate.run(command),
    async inspect() {
      try {
        const info = await within(INSPECT_TIMEOUT_MS, provider.client().then((client) => client.info('server')));
        return conditionOf(String(info));
      } catch {
        return { kind: 'unreachable' };
      }
    },
    close: () => provider.close(),
  };
}

/** For a client of the application, which reconnects by itself. */
export function given<Client>(client: Client): Provider<Client> {
  return { client: async () => client, reset: () => undefined, close: () => undefined };
}

function conditionOf(info: string): ServiceCondition {
  const [, version = '', major, minor] = /^redis_version:((\d+)\.(\d+)\S*)/m.exec(info) ?? [];
  const isRecent =
    Number(major) > MINIMUM_VERSION.major || (Number(major) === MINIMUM_VERSION.major && Number(minor) >= MINIMUM_VERSION.minor);
  if (isRecent || version === '') return { kind: 'ok' };
  return { kind: 'outdated', version, minimum: `${MINIMUM_VERSION.major}.${MINIMUM_VERSION.minor}` };
}
