import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from './running-server.js';
import type { ServerProcess } from './running-server.js';
import type { ReplyBody } from './call.js';

/** A reply of one of the servers. */
export interface ClusterReply {
  readonly status: number;
  readonly body: ReplyBody;
}

export interface ClusterCall {
  /** The client's address, as a proxy in front would report it. */
  readonly ip: string;
  readonly token?: string | undefined;
  readonly body?: unknown;
  /** The index of the server. Default: each in turn. */
  readonly at?: number | undefined;
}

/** A line that the development notifier prints. */
interface Printed {
  readonly kind: string;
  readonly to: string;
  readonly data: { readonly token?: string };
}

/** About half a minute: enough for a killed server to restart. */
const MAX_TRIES = 1_500;

/** The connection broke after the request was sent, so it is unknown whether it took effect. */
export class Interrupted extends Error {}

/** Servers on one database and one Redis. Requests go to each in turn, and to the next one if the connection is refused, as with a proxy. */
export class Cluster {
  readonly #env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #servers: ServerProcess[] = [];
  readonly #origins: string[] = [];
  readonly #mailed = new Map<string, string>();
  #faults = '';
  #turn = 0;
  /** The number of connections that were refused because a server was down. */
  refused = 0;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = { ...env, TRUST_PROXY: 'loopback', JWT_SECRET_KEY: randomBytes(32).toString('base64') };
  }

  get size(): number {
    return this.#origins.length;
  }

  /** Starts this many servers concurrently. */
  async start(count: number): Promise<void> {
    this.#servers.push(...Array.from({ length: count }, () => this.#open()));
    this.#origins.push(...(await Promise.all(this.#servers.map((server) => server.origin()))));
  }

  async kill(at: number): Promise<void> {
    this.#servers[at]?.child.kill('SIGKILL');
    await this.#servers[at]?.exited;
  }

  /** Starts a killed server again, on its port. */
  async restart(at: number): Promise<void> {
    const port = new URL(this.#origins[at] ?? '').port;
    const server = this.#open({ PORT: port });
    this.#servers[at] = server;
    await server.origin();
  }

  /** Errors in the servers' logs. A slow Redis on a busy machine does not count: the limiter lets the request through. */
  faults(): string {
    return this.#faults;
  }

  /** The token of a message to this address, once it is printed; `null` if it is not printed within five seconds. */
  async mailedToken(kind: string, to: string): Promise<string | null> {
    const until = performance.now() + 5_000;
    while (performance.now() < until) {
      const token = this.#mailed.get(`${kind} ${to}`);
      if (token !== undefined) return token;
      await sleep(50);
    }
    return null;
  }

  #open(env: Readonly<Record<string, string>> = {}): ServerProcess {
    const server = startServer({ folder: this.#folder, env: { ...this.#env, ...env } });
    const { stdout } = server.child;
    if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => this.#read(line));
    return server;
  }

  #read(line: string): void {
    if (line.startsWith('{"message":"notification"')) {
      const { kind, to, data }: Printed = JSON.parse(line);
      if (data.token !== undefined) this.#mailed.set(`${kind} ${to}`, data.token);
    } else if (line.includes('ERROR') && !line.includes('the rate limiter failed')) {
      this.#faults += `${line}\n`;
    }
  }

  async call(route: string, { at, ...request }: ClusterCall): Promise<ClusterReply> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const origin = this.#origins[at ?? (this.#turn += 1) % this.size] ?? '';
      const reply = await this.#send(`${origin}/auth`, route, request);
      if (reply !== null) return reply;
      this.refused += 1;
      await sleep(20);
    }
    throw new Error('no server accepts connections');
  }

  /** `null` if the connection is refused. */
  async #send(base: string, route: string, { ip, token, body }: ClusterCall): Promise<ClusterReply | null> {
    const [method = 'GET', path = ''] = route.split(' ');
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          'x-forwarded-for': ip,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    } catch (error) {
      if (codeOf(error) === 'ECONNREFUSED') return null;
      throw new Interrupted(codeOf(error));
    }
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
}
