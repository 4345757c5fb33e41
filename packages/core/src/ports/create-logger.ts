import { Logger as Tslog } from 'tslog';
import type { IMeta } from 'tslog';
import { ConfigError } from '../errors.js';
import type { Issue } from '../errors.js';
import type { Environment } from './environment.js';
import { isProduction, systemEnvironment } from './environment.js';
import type { LogFields, Logger } from './logger.js';

const LEVELS = { debug: 2, http: 2.5, info: 3, warn: 4, error: 5 } as const;

export type LogLevel = keyof typeof LEVELS;

/** A log line, which is written as one line of JSON. */
export interface LogLine {
  readonly level: LogLevel;
  readonly json: string;
}

export interface LoggerOptions {
  /** The lowest level that is written. Default: `LOG_LEVEL`, or `info`. */
  readonly level?: LogLevel | undefined;
  /**
   * Lines for people, or one JSON object per line. Default: `json` if `NODE_ENV` is `production`. Lines for people are
   * coloured only on a terminal, and not if `NO_COLOR` is set; `FORCE_COLOR` colours them anywhere.
   */
  readonly format?: 'pretty' | 'json' | undefined;
  /** Also receives every line that is written, for example to write it to a file. */
  readonly copyTo?: ((line: LogLine) => void) | undefined;
}

/** A logger on tslog that writes to the standard output. Throws `ConfigError`. */
export function createLogger(options: LoggerOptions = {}, environment: Environment = systemEnvironment): Logger {
  requireOptions(options);
  const level = options.level ?? levelOf(environment.variable('LOG_LEVEL'));
  const { format = isProduction(environment) ? 'json' : 'pretty', copyTo } = options;
  const tslog = new Tslog<LogFields>({
    name: 'sallyport',
    type: format,
    minLevel: LEVELS[level],
    hideLogPositionForProduction: true,
    stylePrettyLogs: hasColours(environment),
    prettyLogTemplate: '{{dateIsoStr}} {{logLevelName}} ',
    overwrite: { transportJSON: (call) => console.log(toLine(call).json) },
  });
  if (copyTo !== undefined) tslog.attachTransport((call) => copyTo(toLine(call)));
  const write =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS[name] >= LEVELS[level]) tslog.log(LEVELS[name], name.toUpperCase(), message, fields);
    };
  return { error: write('error'), warn: write('warn'), info: write('info'), http: write('http'), debug: write('debug') };
}

/** A logger with a level or format that does not exist would write nothing. */
function requireOptions(options: unknown): void {
  const fail = (issues: readonly Issue[]): never => {
    throw new ConfigError(issues, 'createLogger cannot start');
  };
  if (typeof options !== 'object' || options === null) return fail([{ path: 'options', message: "must be an object, as in { level: 'info' }" }]);
  const [level, format, copyTo]: readonly unknown[] = ['level', 'format', 'copyTo'].map((name) => Reflect.get(options, name));
  const issues: Issue[] = [];
  if (level !== undefined && !Object.keys(LEVELS).some((name) => name === level)) issues.push({ path: 'level', message: `must be one of: ${Object.keys(LEVELS).join(', ')}` });
  if (format !== undefined && format !== 'pretty' && format !== 'json') issues.push({ path: 'format', message: "must be 'pretty' or 'json'" });
  if (copyTo !== undefined && typeof copyTo !== 'function') issues.push({ path: 'copyTo', message: 'must be a function' });
  if (issues.length > 0) fail(issues);
}

/** Colours only on a terminal: in a file or a pipe they are unreadable escape codes (https://no-color.org). */
function hasColours(environment: Environment): boolean {
  if (environment.variable('NO_COLOR')) return false;
  const forced = environment.variable('FORCE_COLOR');
  return forced === undefined ? environment.isTerminal === true : forced !== '0';
}

/** Converts tslog's record of a call: its arguments by number, and its metadata as `_meta`. */
function toLine(call: unknown): LogLine {
  const made = Object(call);
  const { date, logLevelName }: IMeta = Reflect.get(made, '_meta');
  const fields: LogFields = Reflect.get(made, '1');
  const level = levelOf(logLevelName.toLowerCase());
  return { level, json: JSON.stringify({ time: date.toISOString(), level, message: Reflect.get(made, '0'), ...fields }) };
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  http: () => undefined,
  debug: () => undefined,
};

function levelOf(name: string | undefined): LogLevel {
  return name === 'error' || name === 'warn' || name === 'http' || name === 'debug' ? name : 'info';
}
