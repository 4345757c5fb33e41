// A tuned, hand-written refresh for comparison: Express 5, SQLite with prepared statements, JWTs by HMAC. Refresh tokens rotate: each is a row
// that is deleted and replaced in one transaction. No cache, no events, no detection of replays.
import { createHmac, createSecretKey, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import Database from 'libsql';
import { answerQuestions } from './child.js';

export interface PeerQuestion {
  readonly sessions: number;
}

export interface PeerAnswer {
  readonly port: number;
  readonly refreshTokens: readonly string[];
}

const WEEK_MS = 7 * 24 * 3_600_000;
const key = createSecretKey(randomBytes(32));
const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

function sign(claims: object): string {
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function verify(token: string): { readonly sub: string; readonly jti: string } | null {
  const dot = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(dot + 1), 'base64url');
  const expected = createHmac('sha256', key).update(token.slice(0, dot)).digest();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return JSON.parse(Buffer.from(token.slice(head.length + 1, dot), 'base64url').toString()) as { sub: string; jti: string };
}

async function start({ sessions }: PeerQuestion): Promise<PeerAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGTERM', () => process.exit());
  const database = new Database(join(folder, 'peer.db'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE);
    CREATE TABLE refresh_tokens (jti TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id), expires_at INTEGER NOT NULL);
    CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);`);
  const userById = database.prepare('SELECT * FROM users WHERE id = ?');
  const add = database.prepare('INSERT INTO refresh_tokens VALUES (?, ?, ?)');
  const take = database.prepare('DELETE FROM refresh_tokens WHERE jti = ? AND user_id = ?');

  const issue = (userId: string, email: string) => {
    const jti = randomUUID();
    add.run([jti, userId, Date.now() + WEEK_MS]);
    const now = Math.floor(Date.now() / 1_000);
    return { accessToken: sign({ sub: userId, email, iat: now, exp: now + 900 }), refreshToken: sign({ sub: userId, jti, iat: now, exp: now + WEEK_MS / 1_000 }) };
  };
  const rotate = database.transaction((sub: string, jti: string) => {
    if (take.run([jti, sub]).changes !== 1) return null;
    const user = userById.get([sub]) as { readonly email: string };
    return issue(sub, user.email);
  });

  const app = express();
  app.post('/auth/refresh-token', express.json(), (req, res) => {
    const { refreshToken } = req.body as { readonly refreshToken: string };
    const claims = verify(refreshToken);
    const data: unknown = claims === null ? null : rotate(claims.sub, claims.jti);
    if (data === null) res.status(401).json({ success: false });
    else res.json({ success: true, data });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const refreshTokens = Array.from({ length: sessions }, (_, at) => {
    const id = randomUUID();
    database.prepare('INSERT INTO users VALUES (?, ?)').run([id, `user-${at}@example.com`]);
    return issue(id, `user-${at}@example.com`).refreshToken;
  });
  return { port: typeof address === 'object' && address !== null ? address.port : 0, refreshTokens };
}

answerQuestions(start);
