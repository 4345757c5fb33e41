import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Transport } from '@sallyport/core';
import fc from 'fast-check';
// Imports the document check of core's tests, which is not published.
import { openApiCheck } from '../../../../packages/core/src/test-kit/openapi-check.js';
import type { ReplyCheck } from '../../../../packages/core/src/test-kit/openapi-check.js';
import { attackOn } from './attack.js';
import type { Attack } from './attack.js';
import { operationsOf } from './operations.js';
import { startTarget } from './target.js';
import type { Reply, Target } from './target.js';

const MAX_MS = 1_000;
/**
 * Allowed growth of the heap, in total and per request, while bounded caches fill. A leaked request would need several times that.
 */
const SLACK_BYTES = 8 * 1024 * 1024;
const MAX_KEPT_BYTES = 1024;
const MAX_ATTACKS = 1_000_000;

export interface FuzzOptions {
  /** A folder for the database. */
  readonly folder: string;
  readonly transport: Transport;
  readonly durationMs: number;
  readonly seed: number;
}

export interface FuzzReport {
  readonly attacks: number;
  /** How often each response occurred, such as `POST /login 400`. */
  readonly answers: ReadonlyMap<string, number>;
  /** Growth of the heap in the last two thirds of the time. */
  readonly grownBytes: number;
}

/**
 * Sends random input to every route over HTTP until the time is up. Fails, with the seed and the smallest attack that reproduces
 * it, on a 5xx other than `OVERLOADED`, a response that takes over a second, or one that the OpenAPI document does not declare.
 * Also fails if the heap has grown.
 */
export async function fuzz({ folder, transport, durationMs, seed }: FuzzOptions): Promise<FuzzReport> {
  const target = await startTarget(folder, transport);
  const operations = operationsOf(target.auth.openapi());
  const check = openApiCheck(target.auth, { transport });
  const answers = new Map<string, number>();
  let attacks = 0;
  const sendAttacks = async (interruptAfterTimeLimit: number, from: number): Promise<void> => {
    const property = fc.asyncProperty(attackOn(operations), async (attack) => {
      attacks += 1;
      const reply = await judge(target, { attack, check });
      const answer = `${attack.method} ${reply.status}`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    });
    await fc.assert(property, { seed: from, numRuns: MAX_ATTACKS, interruptAfterTimeLimit, markInterruptAsFailure: false, endOnFailure: false });
  };
  try {
    // One-time allocations, such as statements, happen in the first third.
    await sendAttacks(durationMs / 3, seed);
    const before = heapBytes();
    const attacksBefore = attacks;
    await sendAttacks((durationMs * 2) / 3, seed + 1);
    const grownBytes = heapBytes() - before;
    const allowedBytes = SLACK_BYTES + (attacks - attacksBefore) * MAX_KEPT_BYTES;
    if (grownBytes > allowedBytes) throw new Error(`the heap has grown by ${grownBytes} bytes, over ${allowedBytes} (seed ${seed})`);
    return { attacks, answers, grownBytes };
  } finally {
    await target.close();
  }
}

async function judge(target: Target, { attack, check }: { readonly attack: Attack; readonly check: ReplyCheck }): Promise<Reply> {
  const first = await target.send(attack);
  // A busy machine is slow occasionally; a route that hangs is slow again.
  const reply = first.durationMs > MAX_MS ? await target.send(attack) : first;
  const { status, headers, text, path, durationMs } = reply;
  if (durationMs > MAX_MS) throw new Error(`took ${Math.round(durationMs)} ms`);
  if (status >= 500 && !text.includes('"code":"OVERLOADED"')) throw new Error(`${status}: ${text}`);
  const isEmpty = attack.method === 'HEAD' || text === '';
  check({ method: attack.method, path, status, text: isEmpty ? null : text });
  if (headers['x-content-type-options'] !== 'nosniff' || headers['x-request-id'] === undefined) throw new Error('headers are missing');
  if (!isEmpty && headers['content-type'] !== 'application/json; charset=utf-8') throw new Error('the response is not JSON');
  if (/\bat \/|node_modules|SQLITE|undefined is not/.test(text)) throw new Error(`reveals internals: ${text}`);
  return reply;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}
