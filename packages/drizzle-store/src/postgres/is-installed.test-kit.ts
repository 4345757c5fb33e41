import { spawnSync } from 'node:child_process';

/** Whether the shell finds the command. */
export const isInstalled = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
