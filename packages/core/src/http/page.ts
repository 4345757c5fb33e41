import * as v from 'valibot';
import { isId } from '../foundation/ids.js';
import type { Schema } from '../foundation/parse.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Selects a page of a list. */
export interface PageInput {
  /** Maximum number of items. Default 50, at most 100. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string | undefined;
}

export interface NextPage {
  readonly nextCursor: string | null;
}

const AMOUNT = `must be a number from 1 to ${MAX_LIMIT}`;

/** In a query it is a string. */
const limit: Schema<number> = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^[0-9]{1,3}$/), v.transform(Number))], AMOUNT),
  v.check((amount) => Number.isInteger(amount) && amount >= 1 && amount <= MAX_LIMIT, AMOUNT),
);

const cursor: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => idOf(text) !== null, 'is no nextCursor of a page'),
);

/** The fields of `PageInput`, for the schema of a route. */
export const pageInput: { readonly limit: v.GenericSchema<unknown, number | undefined>; readonly cursor: v.GenericSchema<unknown, string | undefined> } = {
  limit: v.optional(limit),
  cursor: v.optional(cursor),
};

/** The range to read from the store: one row more than fits tells whether there is another page. */
export function rangeOf({ limit: wanted = DEFAULT_LIMIT, cursor: after }: PageInput): {
  readonly limit: number;
  readonly beforeId?: string;
} {
  const beforeId = after === undefined ? null : idOf(after);
  return { limit: wanted + 1, ...(beforeId !== null && { beforeId }) };
}

/** The page made from the rows of its range. */
export function pageOf<T extends { readonly id: string }>(
  found: readonly T[],
  { limit: wanted = DEFAULT_LIMIT }: PageInput,
): NextPage & { readonly rows: readonly T[] } {
  const rows = found.slice(0, wanted);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > wanted && last !== undefined ? cursorOf(last.id) : null };
}

/** Encoded, so that clients do not rely on it being an id. */
function cursorOf(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}

function idOf(text: string): string | null {
  const id = Buffer.from(text, 'base64url').toString('latin1');
  return isId(id) && cursorOf(id) === text ? id : null;
}
