import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { Notification } from '@sallyport/core';

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'hang-up';

export interface Provider extends AsyncDisposable {
  readonly baseUrl: string;
  /** The requests, oldest first. */
  readonly asked: Asked[];
  /** Sets the response from now on. */
  answer(answer: Answer): void;
}

/** A server on loopback that acts as the provider. */
export async function startProvider(): Promise<Provider> {
  const asked: Asked[] = [];
  let next: Answer = { status: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      asked.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      if (next === 'hang') return;
      if (next === 'hang-up') {
        request.socket.destroy();
        return;
      }
      response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers }).end(next.body ?? '{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked,
    answer: (answer) => {
      next = answer;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A placeholder for every secret. It must not appear in any error. */
export const CANARIES = {
  key: 'SG.the-key-that-nobody-sees',
  code: '914273',
  to: 'grace@example.org',
} as const;

export function aMail(fields: Partial<Notification> = {}): Notification {
  return {
    id: '01KDVXA0000000000000000001',
    kind: 'two-factor-code',
    channel: 'email',
    to: CANARIES.to,
    subject: 'Your code – größer',
    text: `Your code: ${CANARIES.code}\n`,
    html: `<p>Your code: <b>${CANARIES.code}</b></p>`,
    data: { code: CANARIES.code },
    ...fields,
  };
}

export function aText(fields: Partial<Notification> = {}): Notification {
  return {
    id: '01KDVXA0000000000000000002',
    kind: 'two-factor-code',
    channel: 'sms',
    to: '+491701234567',
    text: `${CANARIES.code} is your code & nothing + more`,
    data: { code: CANARIES.code },
    ...fields,
  };
}
