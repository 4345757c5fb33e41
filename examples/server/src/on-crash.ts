import { describeError } from '@sallyport/core';
import type { Logger } from '@sallyport/core';

/** How long a process that is broken may take to write its last lines. */
const LAST_WORDS_MS = 1_000;

/**
 * What nobody has caught leaves the process in a state that nobody knows: it is logged, without its message, which may hold
 * anything, and the process ends with 1.
 */
export function exitOnCrash({ logger, flush }: { readonly logger: Logger; readonly flush: () => Promise<void> }): void {
  const crash = (kind: string) => (error: unknown): void => {
    logger.error(kind, describeError(error));
    setTimeout(() => process.exit(1), LAST_WORDS_MS);
    void flush().finally(() => process.exit(1));
  };
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));
}
