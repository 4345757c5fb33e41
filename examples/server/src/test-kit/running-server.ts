import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const commandOf = (script: string): readonly [string, ...string[]] => {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return [process.execPath, '--conditions=@sallyport/source', '--import', TSX, path];
};

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** Everything printed so far. */
  output(): string;
  /** Resolves with its origin once it listens. Rejects if it has exited. */
  origin(): Promise<string>;
}

/** A folder that is deleted after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface StartOptions {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The command to run. Default: node with `script`. */
  readonly command?: readonly [string, ...string[]];
  /** A file such as `doctor.ts`. Default `main.ts`. */
  readonly script?: string;
  readonly flags?: readonly string[];
}

/** Starts the server in a separate process on a free port, with cheap hashes. */
export function startServer({ folder, env = {}, script = 'main.ts', command = commandOf(script), flags = [] }: StartOptions): ServerProcess {
  const { PATH = '', HOME = '' } = process.env;
  const [program, ...args] = command;
  const child = spawn(program, [...args, ...flags], {
    cwd: folder,
    env: { PATH, HOME, PORT: '0', PASSWORD_COST: '4', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    exited,
    output: () => output,
    async origin() {
      for (;;) {
        const found = /listens on (http:\/\/localhost:\d+)/.exec(output)?.[1];
        if (found !== undefined) return found;
        // A process that was killed by a signal has no exit code. Without the check of the signal, this loop would never end.
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended with ${child.exitCode ?? child.signalCode}: ${output}`);
        await Promise.race([once(child.stdout, 'data'), exited]);
      }
    },
  };
}
