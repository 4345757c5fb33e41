import { join } from 'node:path';
import type { LogLine } from '@sallyport/core';
import { createStream } from 'rotating-file-stream';
import type { RotatingFileStream } from 'rotating-file-stream';

/** One file a day, so that is how many days. */
const FILES_KEPT = 30;

export interface LogFiles {
  readonly write: (line: LogLine) => void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/**
 * Every line in `combined/`, and those of level error in `error/` too: today's in `current.log`, each day before, by UTC, in
 * a file of its date, 30 of them. One process a folder.
 */
export function openLogFiles(folder: string): LogFiles {
  const combined = openFolder(join(folder, 'combined'));
  const errors = openFolder(join(folder, 'error'));
  return {
    write({ level, json }) {
      combined.write(`${json}\n`);
      if (level === 'error') errors.write(`${json}\n`);
    },
    async close() {
      await Promise.all([combined, errors].map(ended));
    },
  };
}

function openFolder(path: string): RotatingFileStream {
  const stream = createStream(nameOf, {
    path,
    interval: '1d',
    intervalUTC: true,
    // Named after the day that they are of, not the one on which the next began.
    intervalBoundary: true,
    initialRotation: true,
    maxFiles: FILES_KEPT,
    history: 'history.txt',
    // Addresses and user ids are for nobody else on the machine.
    mode: 0o600,
  });
  // A full disk is no reason to stop serving; the console still has every line.
  stream.on('error', (error) => console.error(`log lines are no longer written to ${path}: ${error.message}`));
  return stream;
}

/** Of a day that has a file by now, such as after the clock was set back, the next is told by a number. */
function nameOf(time: Date | number | null, index = 1): string {
  if (!(time instanceof Date)) return 'current.log';
  const day = time.toISOString().slice(0, 10);
  return index === 1 ? `${day}.log` : `${day}.${index}.log`;
}

function ended(stream: RotatingFileStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableFinished) resolve();
    stream.once('close', resolve).once('error', () => resolve());
    stream.end();
  });
}
