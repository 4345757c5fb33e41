import { availableParallelism } from 'node:os';

/** What core reads from its process. Only the implementation accesses `process`. */
export interface Environment {
  /** The value of an environment variable. */
  variable(name: string): string | undefined;
  /** CPU cores that this process may use. */
  readonly cores: number;
  /** True if the output of the process is a terminal, not a file or a pipe. Default `false`. */
  readonly isTerminal?: boolean;
  /** Seconds since the process started. */
  uptimeSeconds(): number;
  /** JavaScript heap in bytes. */
  memory(): { readonly usedBytes: number; readonly totalBytes: number };
}

/** The platform as native packages name it, such as `linux-x64`. */
export function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

/** Whether the process serves real users: then safeguards are required, not only offered. */
export function isProduction(environment: Environment): boolean {
  return environment.variable('NODE_ENV') === 'production';
}

export const systemEnvironment: Environment = {
  variable: (name) => process.env[name],
  cores: availableParallelism(),
  isTerminal: process.stdout.isTTY === true,
  uptimeSeconds: () => process.uptime(),
  memory: () => {
    const { heapUsed, heapTotal } = process.memoryUsage();
    return { usedBytes: heapUsed, totalBytes: heapTotal };
  },
};
