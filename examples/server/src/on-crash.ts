import { describeError } from '@sallyport/core';
import type { Logger } from '@sallyport/core';

/** How long a crashed process may take to write its last lines. */
const FLUSH_TIMEOUT_MS = 1_000;

/**
 * After an uncaught error the state of the process is unknown. The error is logged without its message, which may contain
 * anything, and the process exits with 1.
 */
export function exitOnCrash({ logger, flush }: { readonly logger: Logger; readonly flush: () => Promise<void> }): void {
  const crash = (kind: string) => (error: unknown): void => {
    logger.error(kind, describeError(error));
    setTimeout(() => process.exit(1), FLUSH_TIMEOUT_MS);
    void flush().finally(() => process.exit(1));
  };
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));
}
