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
  /** Everything that it has printed so far. */
  output(): string;
  /** Where it listens. Fails where it has ended instead. */
  origin(): Promise<string>;
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface StartOptions {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to start. Default: `main.ts`, beside which `doctor.ts` can be. */
  readonly command?: readonly [string, ...string[]];
  readonly script?: string;
  readonly flags?: readonly string[];
}

/** Starts the server as a process of its own, on a port of its own, with hashes that cost nothing. */
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
        // Killed by a signal, it has no exit code: without this the loop would never end and never wait.
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended with ${child.exitCode ?? child.signalCode}: ${output}`);
        await Promise.race([once(child.stdout, 'data'), exited]);
      }
    },
  };
}
