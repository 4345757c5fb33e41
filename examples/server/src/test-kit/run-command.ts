import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

const CREATE_ADMIN = fileURLToPath(new URL('../create-admin.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
export const CREATE_ADMIN_COMMAND: readonly [string, ...string[]] = [
  process.execPath,
  '--conditions=@sallyport/source',
  '--import',
  TSX,
  CREATE_ADMIN,
];

/** Runs a command in a pseudo-terminal, which echoes input until the command turns the echo off. */
const ON_TERMINAL = ['python3', '-c', 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'] as const;

export interface RunningCommand {
  /** Types a line once the question is printed. */
  answer(question: string, line: string): Promise<void>;
  /** Sends the text and ends the input. */
  end(text: string): void;
  /** The exit code and the complete output, with the echo. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

export interface CommandOptions {
  readonly folder: string;
  readonly command?: readonly [string, ...string[]];
  readonly onTerminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a command in a folder, with cheap hashes. */
export function runCommand({ folder, command = CREATE_ADMIN_COMMAND, onTerminal = false, env = {} }: CommandOptions): RunningCommand {
  const { PATH = '', HOME = '' } = process.env;
  const [program, ...args] = onTerminal ? [...ON_TERMINAL, ...command] : command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH, HOME, TERM: 'xterm', PASSWORD_COST: '4', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let read = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // A command that exits without reading its input closes the pipe.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, output }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    ended,
    async answer(question, line) {
      while (!output.includes(question, read)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended with ${child.exitCode ?? child.signalCode} before it asked ${question}: ${output}`);
        await sleep(20);
      }
      read = output.indexOf(question, read) + question.length;
      child.stdin.write(`${line}\r`);
    },
    end: (text) => void child.stdin.end(text),
  };
}
