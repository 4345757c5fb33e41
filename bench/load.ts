import { once } from 'node:events';
import { connect } from 'node:net';
import { answerQuestions } from './child.js';

/** The request that is sent repeatedly over open connections. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  /** Ends after this many milliseconds, or after this many requests. */
  readonly durationMs?: number;
  readonly requests?: number;
  readonly what: What;
}

export type What =
  | { readonly kind: 'get'; readonly path: string; readonly token: string }
  /** Each connection refreshes its own session. */
  | { readonly kind: 'refresh'; readonly tokens: readonly string[] }
  /** Logs in `users` users, each `apart` places after the previous one in the table. */
  | {
      readonly kind: 'login';
      readonly users: number;
      readonly apart: number;
      readonly password: string;
      readonly path?: string;
      /** Whether each user logs in from one known device, and sends its device token. */
      readonly hasDevice?: boolean;
      /** The expected status: 200 by default. `any` counts only the responses with status 200. */
      readonly status?: 200 | 503 | 'any';
    };

export interface Measured {
  readonly perSecond: number;
  /** The 99th percentile of the latency. */
  readonly p99Ms: number;
  /** The latest refresh token of each chain. */
  readonly tokens: readonly string[];
}

/** Faster than any client library, so that the server is the bottleneck. */
async function generate({ port, connections, durationMs = Infinity, requests = Infinity, what }: Load): Promise<Measured> {
  const tokens: string[] = what.kind === 'refresh' ? [...what.tokens] : [];
  const begun = performance.now();
  let left = requests;
  const durations: number[] = [];

  const run = async (at: number): Promise<void> => {
    const exchange = await openConnection(port);
    while (left > 0 && performance.now() - begun < durationMs) {
      left -= 1;
      const sentAt = performance.now();
      const asked = nextUser(what);
      const reply = await exchange.send(requestOf(what, { refreshToken: tokens[at], email: asked.email }));
      const expected = (what.kind === 'login' && what.status) || 200;
      const status = reply.slice(9, 12);
      if (expected !== 'any' && status !== String(expected)) throw new Error(`${what.kind} was answered with ${reply}`);
      if (expected !== 'any' || status === '200') durations.push(performance.now() - sentAt);
      if (what.kind === 'login' && what.hasDevice === true) devices.set(asked.email, /"deviceToken":"([^"]+)"/.exec(reply)?.[1]);
      if (what.kind === 'refresh') tokens[at] = /"refreshToken":"([^"]+)"/.exec(reply)?.[1] ?? '';
    }
    exchange.close();
  };
  await Promise.all(Array.from({ length: connections }, (_, at) => run(at)));
  const perSecond = (durations.length / (performance.now() - begun)) * 1_000;
  return { perSecond, p99Ms: durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.99)] ?? 0, tokens };
}

/** Device tokens by email. Kept between loads, as a browser keeps its cookie. */
const devices = new Map<string, string | undefined>();

function nextUser(what: What): { readonly email: string } {
  if (what.kind !== 'login') return { email: '' };
  return { email: `user-${Math.floor(Math.random() * what.users) * what.apart}@example.com` };
}

function requestOf(what: What, { refreshToken, email }: { readonly refreshToken: string | undefined; readonly email: string }): string {
  if (what.kind === 'get') {
    return `GET ${what.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${what.token}\r\n\r\n`;
  }
  if (what.kind === 'refresh') return postOf('/auth/refresh-token', { refreshToken });
  const deviceToken = what.hasDevice === true ? devices.get(email) : undefined;
  return postOf(what.path ?? '/auth/login', { email, password: what.password, deviceToken });
}

function postOf(path: string, body: object): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}

interface Connection {
  /** Sends a request and waits for the complete response. */
  send(request: string): Promise<string>;
  close(): void;
}

async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay();
  let received = '';
  let onReply: (reply: string) => void = () => undefined;
  let onEnd: (error: Error) => void = () => undefined;
  socket.on('data', (text: string) => {
    received += text;
    const end = lengthOf(received);
    if (received.length < end) return;
    const reply = received;
    received = '';
    onReply(reply);
  });
  socket.on('error', (error) => onEnd(error));
  socket.on('close', () => onEnd(new Error('the server closed the connection')));
  await once(socket, 'connect');
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        onReply = resolve;
        onEnd = reject;
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}

/** The length of the response that starts with these bytes. */
function lengthOf(reply: string): number {
  const head = reply.indexOf('\r\n\r\n');
  const length = head === -1 ? undefined : /\r\nContent-Length: (\d+)/i.exec(reply)?.[1];
  return length === undefined ? Infinity : head + 4 + Number(length);
}

answerQuestions(generate);
