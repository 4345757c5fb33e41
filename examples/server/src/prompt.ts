import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { Writable } from 'node:stream';

/** Thrown if the input has ended or the user pressed Ctrl-C. */
export class PromptAborted extends Error {
  override readonly name = 'PromptAborted';
}

export interface Prompt {
  /** Whether a question can be asked again. */
  readonly isTerminal: boolean;
  ask(question: string): Promise<string>;
  /** The same, without echoing the input. */
  askSecret(question: string): Promise<string>;
  close(): void;
}

export interface Console {
  readonly input: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;
  readonly output: NodeJS.WritableStream;
}

/** Asks in a terminal. If the input is a pipe or a file, reads one line for each question and prints none. */
export function createPrompt({ input, output }: Console): Prompt {
  const isTerminal = input.isTTY === true;
  let isShown = false;
  let aborted: PromptAborted | undefined;
  // In a terminal readline echoes the input: the terminal's own echo is off.
  const screen = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (isTerminal && isShown) output.write(chunk);
      done();
    },
  });
  // No history: the arrow keys would show the password.
  const lines = createInterface({ input, output: screen, terminal: isTerminal, historySize: 0 });
  const waiting: string[] = [];
  lines.on('line', (line) => {
    waiting.push(line);
    // Text that was typed or pasted ahead may be the password.
    isShown = false;
  });
  lines.on('SIGINT', () => lines.close());
  lines.on('close', () => {
    aborted = new PromptAborted();
  });

  const next = async (): Promise<string> => {
    while (waiting.length === 0) {
      if (aborted !== undefined) throw aborted;
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
