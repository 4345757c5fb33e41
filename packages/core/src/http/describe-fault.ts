import type { LogFields } from '../ports/logger.js';

const MAX_FRAMES = 12;

/**
 * What a log may hold of an unexpected error: its name, its code and where it was thrown. Not its message: drivers and
 * parsers quote what they were given, passwords and tokens included (security.md G2).
 */
export function describeFault(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code: unknown = Reflect.get(error, 'code');
  return {
    error: error.name,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    stack: framesOf(error).slice(0, MAX_FRAMES).join('\n'),
    cause: error.cause instanceof Error ? describeCause(error.cause) : undefined,
  };
}

/** The lines after the message alone: a line of the message may look like one of them. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  const trace = at < 0 ? '' : stack.slice(at + message.length);
  return trace.split('\n').filter((line) => /^\s+at /.test(line));
}

function describeCause(cause: Error): string {
  const code: unknown = Reflect.get(cause, 'code');
  return typeof code === 'string' ? `${cause.name} ${code}` : cause.name;
}
