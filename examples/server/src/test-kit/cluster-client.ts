import { setTimeout as sleep } from 'node:timers/promises';
import { totp } from '@sallyport/core/testing';
import { Interrupted } from './cluster.js';
import type { Cluster, ClusterCall, ClusterReply } from './cluster.js';

const PASSWORD = 'seven violet otters';
const STEP_MS = 30_000;

/** The acknowledged results, which must hold whatever happens later. */
export interface Results {
  /** Unexpected replies. */
  readonly faults: string[];
  /** The password of every account, unless a password change was interrupted. */
  readonly passwords: Map<string, string>;
  readonly withSecondFactor: Set<string>;
  /** Access tokens of ended sessions, and of live sessions. */
  readonly ended: string[];
  readonly kept: string[];
  /** The number of completed runs, and of concurrent attempts to use something twice. */
  lives: number;
  contests: number;
}

export const noResults = (): Results => ({
  faults: [],
  passwords: new Map(),
  withSecondFactor: new Set(),
  ended: [],
  kept: [],
  lives: 0,
  contests: 0,
});

export interface ClientInput {
  readonly cluster: Cluster;
  readonly results: Results;
  readonly id: number;
  /** The end time, as `performance.now()`. */
  readonly until: number;
}

/** Uses one account after the other, each from its own address. An interrupted run is not repeated. */
export async function runClient({ cluster, results, id, until }: ClientInput): Promise<void> {
  for (let round = 0; performance.now() < until; round += 1) {
    const person = new Person(cluster, results, { email: `client-${id}-${round}@example.com`, ip: `10.${id}.${round >> 8}.${round & 255}` });
    try {
      await person.live((id + round) % 4);
      results.lives += 1;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }
}

interface Identity {
  readonly email: string;
  readonly ip: string;
}

class Person {
  readonly #cluster: Cluster;
  readonly #results: Results;
  readonly #who: Identity;
  #password = PASSWORD;

  constructor(cluster: Cluster, results: Results, who: Identity) {
    this.#cluster = cluster;
    this.#results = results;
    this.#who = who;
  }

  async live(kind: number): Promise<void> {
    const { email } = this.#who;
    await this.#expect(201, 'POST /register', { body: { email, password: this.#password, name: 'Client' } });
    this.#results.passwords.set(email, this.#password);
    if (kind === 1) await this.#verifyEmail();
    if (kind === 2) await this.#reset();
    const { accessToken, refreshToken } = (await this.#login()).body.data;
    await this.#expect(200, 'GET /me', { token: accessToken });
    const token = await this.#refresh(refreshToken);
    if (kind === 3) return this.#useSecondFactor(token);
    await this.#expect(200, 'GET /sessions', { token });
    const latest = kind === 0 ? await this.#changePassword(token) : token;
    if (kind === 1) this.#results.kept.push(latest);
    else await this.#logout(latest);
  }

  #login(): Promise<ClusterReply> {
    return this.#expect(200, 'POST /login', { body: { email: this.#who.email, password: this.#password } });
  }

  /** Refreshes at two servers concurrently, like two tabs: both must get the same successor (S3). */
  async #refresh(refreshToken: string): Promise<string> {
    const call = { body: { refreshToken } };
    const [one, other] = await Promise.all([this.#expect(200, 'POST /refresh-token', call), this.#expect(200, 'POST /refresh-token', call)]);
    if (one.body.data.refreshToken !== other.body.data.refreshToken) this.#results.faults.push('two successors of one refresh token');
    return one.body.data.accessToken;
  }

  async #changePassword(token: string): Promise<string> {
    const { email } = this.#who;
    this.#results.passwords.delete(email);
    const newPassword = `${this.#password} changed`;
    const { body } = await this.#expect(200, 'POST /password/change', { token, body: { currentPassword: this.#password, newPassword } });
    this.#password = newPassword;
    this.#results.passwords.set(email, newPassword);
    // All tokens from before the password change must be invalid.
    this.#results.ended.push(token);
    return body.data.accessToken;
  }

  async #verifyEmail(): Promise<void> {
    const token = await this.#cluster.mailedToken('email-verification', this.#who.email);
    if (token !== null) await this.#contest('POST /email/verify', [{ token }, { token }, { token }]);
  }

  async #reset(): Promise<void> {
    const { email } = this.#who;
    await this.#expect(200, 'POST /password/request', { body: { email } });
    const token = await this.#cluster.mailedToken('password-reset', email);
    if (token === null) return;
    this.#results.passwords.delete(email);
    const passwords = [0, 1, 2].map((n) => `${PASSWORD} reset ${n}`);
    const winner = await this.#contest('POST /password/reset', passwords.map((newPassword) => ({ token, newPassword })));
    this.#password = passwords[winner] ?? '';
    this.#results.passwords.set(email, this.#password);
  }

  async #useSecondFactor(token: string): Promise<void> {
    const { email } = this.#who;
    const { secret } = (await this.#expect(200, 'POST /2fa/setup', { token, body: {} })).body.data;
    const now = Date.now();
    this.#results.passwords.delete(email);
    const { body } = await this.#expect(200, 'POST /2fa/enable', { token, body: { token: totp(secret, { now: () => now }) } });
    this.#results.withSecondFactor.add(email);
    this.#results.passwords.set(email, this.#password);
    const code = totp(secret, { now: () => now + STEP_MS });
    await this.#pass('POST /2fa/verify', { token: code });
    await this.#pass('POST /2fa/verify-backup', { code: body.data.backupCodes[0] });
  }

  /** Starts three logins and sends the same code for each concurrently: exactly one may succeed (M1, M5). */
  async #pass(route: string, proof: object): Promise<void> {
    const logins = [await this.#login(), await this.#login(), await this.#login()];
    await this.#contest(route, logins.map(({ body }) => ({ ...proof, challengeToken: body.data.challengeToken })));
  }

  async #logout(token: string): Promise<void> {
    await this.#expect(200, 'POST /logout', { token });
    this.#results.ended.push(token);
    await sleep(100);
    for (const { status } of await this.#everywhere('GET /me', { token })) {
      if (status !== 401) this.#results.faults.push(`GET /me: ${status} 100 ms after the logout`);
    }
  }

  /** Sends the bodies concurrently, one to each server. Exactly one may succeed; returns its index. */
  async #contest(route: string, bodies: readonly object[]): Promise<number> {
    const replies = await this.#everywhere(route, {}, bodies);
    const winners = replies.flatMap(({ status }, n) => (status === 200 ? [n] : []));
    this.#results.contests += 1;
    if (winners.length !== 1) {
      const seen = replies.map(({ status, body }) => `${status} ${body.code}`).join(', ');
      this.#results.faults.push(`${route}: ${winners.length} of ${bodies.length} won: ${seen}`);
    }
    return winners[0] ?? 0;
  }

  async #everywhere(route: string, call: Omit<ClusterCall, 'ip'>, bodies: readonly object[] = []): Promise<ClusterReply[]> {
    const all = Array.from({ length: this.#cluster.size }, (_, n) => this.#call(route, bodies[n] === undefined ? call : { ...call, body: bodies[n] }));
    // Throws if one is interrupted, because it may be the one that succeeded.
    return Promise.all(all);
  }

  async #expect(status: number, route: string, call: Omit<ClusterCall, 'ip'>): Promise<ClusterReply> {
    const reply = await this.#call(route, call);
    if (reply.status === status) return reply;
    this.#results.faults.push(`${route}: ${reply.status} ${reply.body.code} instead of ${status}`);
    throw new Interrupted('the rest of this run would only repeat that fault');
  }

  async #call(route: string, call: Omit<ClusterCall, 'ip'>): Promise<ClusterReply> {
    const reply = await this.#cluster.call(route, { ...call, ip: this.#who.ip });
    if (reply.status >= 500) this.#results.faults.push(`${route}: ${reply.status} ${reply.body.code}`);
    return reply;
  }
}
