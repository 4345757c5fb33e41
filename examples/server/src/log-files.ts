import { join } from 'node:path';
import type { LogLine } from '@sallyport/core';
import { createStream } from 'rotating-file-stream';
import type { RotatingFileStream } from 'rotating-file-stream';

/** The number of days to keep: there is one file a day. */
const FILES_KEPT = 30;

export interface LogFiles {
  readonly write: (line: LogLine) => void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/**
 * Writes every line to `combined/`, and lines of level error also to `error/`. Today's file is `current.log`; each earlier day
 * (UTC) has a file named after its date. 30 of them are kept. Each process needs its own folder.
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
    // Named after the day of its lines, not the day on which the next file began.
    intervalBoundary: true,
    initialRotation: true,
    maxFiles: FILES_KEPT,
    history: 'history.txt',
    // Addresses and user ids: only the owner may read them.
    mode: 0o600,
  });
  // A full disk must not stop the server; the console still has every line.
  stream.on('error', (error) => console.error(`log lines are no longer written to ${path}: ${error.message}`));
  return stream;
}

/** If the day already has a file, for example after the clock was set back, the next one gets a number. */
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
