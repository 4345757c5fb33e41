import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. Chunks are sent without a `Content-Length`. */
  readonly body?: object | string | Uint8Array;
  readonly chunks?: readonly Uint8Array[];
}

export interface Answer {
  readonly status: number;
  /** Sorted by name. A repeated header has all of its values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Sends requests to one server, over one connection as long as it stays open. */
export type Talk = (question: Question) => Promise<Answer>;

export function talkTo(origin: string): { readonly talk: Talk; readonly connections: () => number; readonly close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let connections = 0;
  const talk: Talk = async ({ method = 'GET', path, headers = {}, body, chunks }) => {
    const { bytes, type } = bytesOf(body);
    const sent = { ...type, ...(bytes !== undefined && { 'content-length': String(bytes.byteLength) }), ...headers };
    const outgoing = request(origin + path, { method, agent, headers: sent });
    outgoing.on('socket', () => {
      if (!outgoing.reusedSocket) connections += 1;
    });
    // Only the response matters, not whether the whole body could be sent.
    const answered = new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).on('error', reject));
    for (const chunk of chunks ?? []) outgoing.write(chunk);
    outgoing.end(bytes);
    const incoming = await answered;
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    await once(incoming, 'end');
    return { status: incoming.statusCode ?? 0, headers: headersOf(incoming.rawHeaders), body: Buffer.concat(parts).toString() };
  };
  return { talk, connections: () => connections, close: () => agent.destroy() };
}

function bytesOf(body: Question['body']): { readonly bytes?: Uint8Array; readonly type?: Readonly<Record<string, string>> } {
  if (body === undefined) return {};
  if (typeof body === 'string') return { bytes: Buffer.from(body) };
  if (body instanceof Uint8Array) return { bytes: body };
  return { bytes: Buffer.from(JSON.stringify(body)), type: { 'content-type': 'application/json' } };
}

function headersOf(raw: readonly string[]): Answer['headers'] {
  const all = new Map<string, string[]>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? '';
    all.set(name, [...(all.get(name) ?? []), raw[at + 1] ?? '']);
  }
  return Object.fromEntries([...all].toSorted(([a], [b]) => a.localeCompare(b)));
}
