import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { Writable } from 'node:stream';

/** Thrown where whoever was asked has gone, or said Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export interface Questions {
  /** Whether there is somebody to ask again. */
  readonly isTerminal: boolean;
  ask(question: string): Promise<string>;
  /** The same, without showing what is typed. */
  askSecret(question: string): Promise<string>;
  close(): void;
}

export interface Console {
  readonly input: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;
  readonly output: NodeJS.WritableStream;
}

/** Asks in a terminal; where the input is a pipe or a file, takes one line of it for each question and shows none. */
export function createQuestions({ input, output }: Console): Questions {
  const isTerminal = input.isTTY === true;
  let isShown = false;
  let gone: Interrupted | undefined;
  // In a terminal readline is the one who shows what is typed: the terminal itself has been told not to.
  const screen = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (isTerminal && isShown) output.write(chunk);
      done();
    },
  });
  // No history: the arrow keys would bring the password back into the open.
  const lines = createInterface({ input, output: screen, terminal: isTerminal, historySize: 0 });
  const waiting: string[] = [];
  lines.on('line', (line) => {
    waiting.push(line);
    // What was typed or pasted ahead may be the password.
    isShown = false;
  });
  lines.on('SIGINT', () => lines.close());
  lines.on('close', () => {
    gone = new Interrupted();
  });

  const next = async (): Promise<string> => {
    while (waiting.length === 0) {
      if (gone !== undefined) throw gone;
      await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    }
    return waiting.shift() ?? '';
  };
  const ask = async (question: string, secret: boolean): Promise<string> => {
    if (isTerminal) output.write(question);
    isShown = !secret && waiting.length === 0;
    const answer = await next();
    if (isTerminal && secret) output.write('\n');
    return answer;
  };
  return {
    isTerminal,
    ask: (question) => ask(question, false),
    askSecret: (question) => ask(question, true),
    close: () => lines.close(),
  };
}
