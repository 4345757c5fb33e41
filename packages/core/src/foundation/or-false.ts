import * as v from 'valibot';
import { isPlainObject } from './plain-object.js';
import type { Schema } from './parse.js';

/**
 * Options that can also be switched off by `false`. A union would only say that neither matches; this names every fault
 * within the object.
 */
export function orFalse<Value>(schema: Schema<Value>, { off, message }: { readonly off: Value; readonly message: string }): Schema<Value> {
  const isOff = v.pipe(v.literal(false), v.transform(() => off));
  return v.lazy((input) => (input === false ? isOff : isPlainObject(input) ? schema : v.pipe(v.unknown(), v.check(() => false, message), v.transform(() => off))));
}
