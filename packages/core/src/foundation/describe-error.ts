import type { LogFields } from '../ports/logger.js';

const MAX_FRAMES = 12;

/** What names and codes look like. Anything else could be a value that somebody put there. */
const NAME = /^[A-Za-z]\w{0,60}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;

/**
 * What a log may hold of an unexpected error: its name, its code and where it was thrown. Not its message: drivers and
 * parsers quote what they were given, passwords and tokens included (security.md G2).
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  return {
    error: nameOf(error),
    code: codeOf(error),
    stack: framesOf(error).slice(0, MAX_FRAMES).join('\n'),
    cause: error.cause instanceof Error ? describeCause(error.cause) : undefined,
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

/** The lines after the message alone: a line of the message may look like one of them. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  const trace = at < 0 ? '' : stack.slice(at + message.length);
  return trace.split('\n').filter((line) => /^\s+at /.test(line));
}

function describeCause(cause: Error): string {
  const code = codeOf(cause);
  return typeof code === 'string' ? `${nameOf(cause)} ${code}` : nameOf(cause);
}
