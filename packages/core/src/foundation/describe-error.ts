import { AuthError } from '../errors.js';
import type { LogFields } from '../ports/logger.js';

const MAX_FRAMES = 12;

/** The form of names and codes. Anything else could hold user input. */
const NAME = /^[A-Za-z]\w{0,60}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;

/**
 * What may be logged about an unexpected error: its name, its code and where it was thrown. Not its message: drivers
 * and parsers quote their input, including passwords and tokens (security.md G2).
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  return {
    error: nameOf(error),
    code: codeOf(error),
    stack: framesOf(error).slice(0, MAX_FRAMES).join('\n'),
    cause: causeOf(error),
  };
}

export function nameOf({ name }: Error): string {
  return NAME.test(name) ? name : 'Error';
}

export function codeOf(error: Error): string | number | undefined {
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'number') return code;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

/** Only the lines after the message: a line of the message may look like one of them. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  const trace = at < 0 ? '' : stack.slice(at + message.length);
  return trace.split('\n').filter((line) => /^\s+at /.test(line));
}

/** PostgreSQL's codes (SQLSTATE), or names such as `SQLITE_FULL` and `ECONNREFUSED`. */
const DATABASE_CODE = /^([0-9A-Z]{5}|[A-Z][A-Z0-9_]{1,60})$/;

function causeOf(error: Error): string | undefined {
  const { cause } = error;
  if (cause instanceof Error) return describeCause(cause);
  // A store's code says why its database does not answer. Any other text may be a value.
  const isOfStore = error instanceof AuthError && error.code === 'STORE_UNAVAILABLE';
  return isOfStore && typeof cause === 'string' && DATABASE_CODE.test(cause) ? cause : undefined;
}

function describeCause(cause: Error): string {
  const code = codeOf(cause);
  return typeof code === 'string' ? `${nameOf(cause)} ${code}` : nameOf(cause);
}
