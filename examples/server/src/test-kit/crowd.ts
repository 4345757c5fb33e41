import { call } from './call.js';
import type { Call, ReplyBody } from './call.js';

const PASSWORD = 'seven violet otters';

export interface Crowd {
  /** The servers, which share one database. Clients are assigned to them in turn. */
  readonly origins: readonly string[];
  readonly clients: number;
  readonly durationMs: number;
}

export interface Acknowledged {
  /** Unexpected responses. */
  readonly faults: string[];
  readonly registered: string[];
  /** The access tokens of ended sessions. */
  readonly loggedOut: string[];
  /** The access tokens of live sessions. */
  readonly keptIn: string[];
}

/** Runs clients that register, log in, read, refresh and log out as fast as possible, and records what was acknowledged. */
export async function runCrowd({ origins, clients, durationMs }: Crowd): Promise<Acknowledged> {
  const results: Acknowledged = { faults: [], registered: [], loggedOut: [], keptIn: [] };
  const until = performance.now() + durationMs;
  const client = async (id: number): Promise<void> => {
    const base = `${origins[id % origins.length]}/auth`;
    const elsewhere = `${origins[(id + 1) % origins.length]}/auth`;
    for (let round = 0; performance.now() < until; round += 1) {
      await live({ base, elsewhere, email: `client-${id}-${round}@example.com`, leaves: (id + round) % 2 === 0, results });
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, id) => client(id)));
  return results;
}

interface ClientRun {
  readonly base: string;
  readonly elsewhere: string;
  readonly email: string;
  readonly leaves: boolean;
  readonly results: Acknowledged;
}

async function live({ base, elsewhere, email, leaves, results }: ClientRun): Promise<void> {
  const expect = async (status: number, at: string, route: string, request: Call): Promise<ReplyBody> => {
    const reply = await call(at, route, request);
    if (reply.status !== status) results.faults.push(`${route}: ${reply.status} instead of ${status}: ${reply.text}`);
    return reply.body;
  };
  await expect(201, base, 'POST /register', { body: { email, password: PASSWORD, name: 'Client' } });
  results.registered.push(email);
  const { accessToken, refreshToken } = (await expect(200, elsewhere, 'POST /login', { body: { email, password: PASSWORD } })).data;
  await expect(200, base, 'GET /me', { token: accessToken });
  const [one, other] = await Promise.all(
    [base, elsewhere].map((at) => expect(200, at, 'POST /refresh-token', { body: { refreshToken } })),
  );
  // S3, also between processes.
  if (one?.data.refreshToken !== other?.data.refreshToken) results.faults.push('two successors of one refresh token');
  const token = one?.data.accessToken ?? '';
  if (!leaves) {
    results.keptIn.push(token);
    return;
  }
  await expect(200, base, 'POST /logout', { token });
  results.loggedOut.push(token);
  await expect(401, base, 'GET /me', { token });
  await expect(401, elsewhere, 'POST /refresh-token', { body: { refreshToken: one?.data.refreshToken } });
}
