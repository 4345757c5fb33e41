import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../errors.js';
import { createLogger } from './create-logger.js';
import type { LoggerOptions, LogLine } from './create-logger.js';
import type { Environment } from './environment.js';

const environment = (variables: Readonly<Record<string, string>>, isTerminal = true): Environment => ({
  isTerminal,
  variable: (name) => variables[name],
  cores: 1,
  uptimeSeconds: () => 0,
  memory: () => ({ usedBytes: 0, totalBytes: 0 }),
});

/** The output of a logger when each level is called once. */
const printed = (options: LoggerOptions, variables: Readonly<Record<string, string>> = {}): string[] => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const logger = createLogger(options, environment(variables));
  for (const level of ['error', 'warn', 'info', 'http', 'debug'] as const) logger[level]('a line', { n: 1, none: undefined });
  return lines;
};

afterEach(() => void vi.restoreAllMocks());

describe('createLogger', () => {
  it.each([['error', 1], ['warn', 2], ['info', 3], ['http', 4], ['debug', 5]] as const)('writes %s and more severe levels', (level, count) => {
    expect(printed({ level })).toHaveLength(count);
    expect(printed({}, { LOG_LEVEL: level })).toHaveLength(count);
  });

  it('writes info and more severe levels if the given level is unknown', () => {
    expect(printed({})).toHaveLength(3);
    expect(printed({}, { LOG_LEVEL: 'loud' })).toHaveLength(3);
  });

  it('writes one flat JSON object per line in production, and colours otherwise', () => {
    const [line = ''] = printed({}, { NODE_ENV: 'production' });
    expect(JSON.parse(line)).toEqual({ time: expect.stringMatching(/^\d{4}-.+Z$/), level: 'error', message: 'a line', n: 1 });
    expect(line).not.toContain('\n');
    const [pretty = ''] = printed({});
    expect(pretty).toContain('\u001b[');
    expect(pretty).toMatch(/ERROR.*a line/);
  });

  it('writes no colours to a file or a pipe, or if NO_COLOR is set, unless FORCE_COLOR is set', () => {
    const line = (variables: Readonly<Record<string, string>>, isTerminal: boolean): string => {
      const lines: string[] = [];
      vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(text));
      createLogger({}, environment(variables, isTerminal)).error('a line', { n: 1 });
      return lines.join('\n');
    };
    expect(line({}, false)).toMatch(/ERROR .*a line/);
    expect(line({}, false)).not.toContain('\u001b');
    expect(line({ NO_COLOR: '1' }, true)).not.toContain('\u001b');
    expect(line({ FORCE_COLOR: '1' }, false)).toContain('\u001b[');
  });

  it.each<readonly [unknown, string]>([
    [null, 'options: must be an object'],
    ['debug', 'options: must be an object'],
    [{ level: 'loud' }, 'level: must be one of: debug, http, info, warn, error'],
    [{ format: 'text' }, "format: must be 'pretty' or 'json'"],
    [{ copyTo: 'file.log' }, 'copyTo: must be a function'],
  ])('says at the start what is wrong with %j, in place of writing nothing', (options, fault) => {
    expect(() => createLogger(options as never)).toThrow(ConfigError);
    expect(() => createLogger(options as never)).toThrow(`createLogger cannot start:\n  - ${fault}`);
  });

  it.each(['pretty', 'json'] as const)('passes a copy of each line that it writes as %s', (format) => {
    const copies: LogLine[] = [];
    printed({ format, level: 'http', copyTo: (line) => void copies.push(line) });
    expect(copies.map(({ level }) => level)).toEqual(['error', 'warn', 'info', 'http']);
    expect(JSON.parse(copies[3]?.json ?? '')).toMatchObject({ level: 'http', message: 'a line', n: 1 });
  });
});
