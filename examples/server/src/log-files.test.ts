import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@sallyport/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openLogFiles } from './log-files.js';
import type { LogFiles } from './log-files.js';
import { temporaryFolder } from './test-kit/running-server.js';

const read = (folder: string, file: string): string[] => readFileSync(join(folder, file), 'utf8').trim().split('\n');
const names = (folder: string): string[] => readdirSync(folder).toSorted();
const line = (message: string): Parameters<LogFiles['write']>[0] => ({ level: 'info', json: JSON.stringify({ message }) });

/** Fakes only the date; files and their timers are real. */
const setDate = (time: string): void => void (vi.useFakeTimers({ toFake: ['Date'] }), vi.setSystemTime(time));
afterEach(() => void vi.useRealTimers());

describe('log files', () => {
  it('have every line in combined/ and errors in error/ too, are complete when closed, and only their owner can read them', async () => {
    const folder = temporaryFolder();
    const files = openLogFiles(folder);
    const logger = createLogger({ level: 'http', format: 'json', copyTo: files.write });
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    for (let n = 0; n < 500; n += 1) logger.http('request', { n });
    logger.error('a fault');
    logger.debug('not asked for');
    await files.close();
    vi.restoreAllMocks();
    const combined = read(folder, 'combined/current.log').map((text) => JSON.parse(text));
    expect(combined.slice(0, 500).map(({ n }) => n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(combined.at(-1)).toMatchObject({ level: 'error', message: 'a fault' });
    expect(combined).toHaveLength(501);
    expect(read(folder, 'error/current.log').map((text) => JSON.parse(text))).toEqual([combined.at(-1)]);
    expect(statSync(join(folder, 'combined/current.log')).mode & 0o777).toBe(0o600);
  });

  it('are replaced at midnight UTC, and each day keeps its file', async () => {
    const folder = temporaryFolder();
    // The stream's timer is real. When it fires after this second, the date must be the next day.
    setDate('2026-03-31T23:59:59.000Z');
    const files = openLogFiles(folder);
    files.write(line('the last of March'));
    await vi.waitFor(() => expect(read(folder, 'combined/current.log')).toHaveLength(1));
    setDate('2026-04-01T00:00:00.001Z');
    await vi.waitFor(() => expect(names(join(folder, 'combined'))).toContain('2026-03-31.log'), 10_000);
    files.write(line('the first of April'));
    await files.close();
    expect(read(folder, 'combined/2026-03-31.log')).toEqual(['{"message":"the last of March"}']);
    expect(read(folder, 'combined/current.log')).toEqual(['{"message":"the first of April"}']);
  });

  it('are kept for thirty days, including those of earlier starts', async () => {
    const folder = temporaryFolder();
    const combined = join(folder, 'combined');
    mkdirSync(combined);
    for (let day = 1; day <= 32; day += 1) {
      const written = new Date(Date.UTC(2026, 0, day, 12));
      writeFileSync(join(combined, 'current.log'), `day ${day}\n`);
      utimesSync(join(combined, 'current.log'), written, written);
      setDate(new Date(Date.UTC(2026, 0, day + 1, 8)).toISOString());
      const files = openLogFiles(folder);
      await files.close();
    }
    const days = names(combined).filter((name) => /^\d/.test(name));
    expect(days).toHaveLength(30);
    expect([days[0], days.at(-1)]).toEqual(['2026-01-03.log', '2026-02-01.log']);
    expect(read(folder, 'combined/2026-01-31.log')).toEqual(['day 31']);
  });

  it('that cannot be written are reported once, and nothing else fails', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'combined'), 'a file in the way');
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const files = openLogFiles(folder);
    for (let n = 0; n < 3; n += 1) files.write(line('a line'));
    await sleep(50);
    files.write(line('a line'));
    await files.close();
    expect(told.mock.calls.map(([text]) => String(text))).toEqual([expect.stringContaining('log lines are no longer written to')]);
    told.mockRestore();
  });
});
