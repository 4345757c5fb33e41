/* oxlint-disable typescript/no-unsafe-type-assertion -- only the client under test sends requests */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Database from 'libsql';

/**
 * The part of a libSQL server that its client needs: Hrana 2 over HTTP, as JSON, on a file. Each stream has its own connection,
 * which gets a busy error while another one writes.
 */
export function createHrana(path: string): (body: string) => string {
  const streams = new Map<string, Stream>();
  const idle: Database.Database[] = [];
  let opened = 0;

  const pipeline = (body: PipelineRequest): unknown => {
    const baton = body.baton ?? `stream ${(opened += 1)}`;
    const stream = streams.get(baton) ?? { database: idle.pop() ?? openFast(path), texts: new Map<number, string>() };
    const { database } = stream;
    streams.set(baton, stream);
    let closed = false;
    const results = body.requests.map((request) => {
      if (request.type === 'close') closed = true;
      try {
        return { type: 'ok', response: { type: request.type, result: answer(stream, request) } };
      } catch (error) {
        return { type: 'error', error: faultOf(error) };
      }
    });
    if (closed) {
      streams.delete(baton);
      if (database.inTransaction) database.exec('ROLLBACK');
      idle.push(database);
    }
    return { baton: closed ? null : baton, base_url: null, results };
  };

  return (body) => JSON.stringify(pipeline(JSON.parse(body) as PipelineRequest));
}

export async function listen(answer: (body: string) => string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.setHeader('content-type', 'application/json');
      response.end(answer(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function openFast(path: string): Database.Database {
  const database = new Database(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  return database;
}

interface Stream {
  readonly database: Database.Database;
  /** Statements that the client has stored on the server, by their ids. */
  readonly texts: Map<number, string>;
}

interface Statement {
  readonly sql?: string;
  readonly sql_id?: number;
  readonly args: readonly { readonly type: string; readonly value?: string | number }[];
}

interface Condition {
  readonly type: 'ok' | 'not';
  readonly step: number;
  readonly cond: Condition;
}

interface StreamRequest {
  readonly type: 'close' | 'store_sql' | 'close_sql' | 'execute' | 'batch';
  readonly sql: string;
  readonly sql_id: number;
  readonly stmt: Statement;
  readonly batch: { readonly steps: readonly { readonly condition?: Condition; readonly stmt: Statement }[] };
}

interface PipelineRequest {
  readonly baton?: string;
  readonly requests: readonly StreamRequest[];
}

function answer(stream: Stream, { type, sql, sql_id: id, stmt, batch }: StreamRequest): unknown {
  if (type === 'store_sql') stream.texts.set(id, sql);
  if (type === 'execute') return run(stream, stmt);
  if (type !== 'batch') return undefined;
  const [results, errors]: [unknown[], unknown[]] = [[], []];
  const holds = ({ type: kind, step, cond }: Condition): boolean =>
    kind === 'not' ? !holds(cond) : results[step] != null;
  for (const { condition, stmt: statement } of batch.steps) {
    let [result, error]: [unknown, unknown] = [null, null];
    try {
      if (condition === undefined || holds(condition)) result = run(stream, statement);
    } catch (fault) {
      error = faultOf(fault);
    }
    results.push(result);
    errors.push(error);
  }
  return { step_results: results, step_errors: errors };
}

function run({ database, texts }: Stream, { sql_id: id = 0, sql = texts.get(id) ?? '', args }: Statement): unknown {
  const result = { cols: [] as unknown[], rows: [] as unknown[], affected_row_count: 0, last_insert_rowid: null };
  if (/^(BEGIN|COMMIT|ROLLBACK)/.test(sql)) {
    database.exec(sql);
    return result;
  }
  const statement = database.prepare(sql);
  const values = args.map(({ value }) => value ?? null);
  if (!statement.reader) {
    statement.run(values);
    return result;
  }
  const rows = statement.raw().all(values) as unknown[][];
  return { ...result, cols: statement.columns().map(({ name }) => ({ name })), rows: rows.map((row) => row.map(encode)) };
}

function encode(value: unknown): unknown {
  if (value === null) return { type: 'null' };
  return typeof value === 'number' ? { type: 'integer', value: String(value) } : { type: 'text', value };
}

function faultOf(error: unknown): unknown {
  const { message, code } = error as { readonly message: string; readonly code?: string };
  return { message, code };
}
