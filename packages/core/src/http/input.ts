import * as v from 'valibot';
import { isId } from '../foundation/ids.js';
import { AuthError } from '../errors.js';
import type { Schema } from '../foundation/parse.js';

/** The input of a route without input. */
export type NoInput = Readonly<Record<never, never>>;

export const noInput: Schema<NoInput> = v.strictObject({});

export interface IdInput {
  readonly id: string;
}

/** The input of a route that takes only the id in its path. */
export const idInput: Schema<IdInput> & { readonly entries: { readonly id: Schema<string> } } = v.strictObject({ id: v.string() });

/** A malformed id is treated as an unknown one (http-api.md). */
export function knownId({ id }: IdInput): string {
  if (!isId(id)) throw new AuthError('NOT_FOUND');
  return id;
}

/** The data of an answer without data. */
export type EmptyData = Readonly<Record<never, never>>;

export const emptyData: Schema<EmptyData> = v.strictObject({});

/** The data of `204 No Content`. */
export const noData: Schema<undefined> = v.undefined();
