import { Logger as Tslog } from 'tslog';
import type { Environment } from './environment.js';
import { systemEnvironment } from './environment.js';
import type { LogFields, Logger } from './logger.js';

const LEVELS = { debug: 2, http: 2.5, info: 3, warn: 4, error: 5 } as const;

export type LogLevel = keyof typeof LEVELS;

export interface LoggerOptions {
  /** The least that is written. Default: `LOG_LEVEL`, or `info`. */
  readonly level?: LogLevel | undefined;
  /** Coloured lines for people, or one JSON object a line. Default: `json` where `NODE_ENV` is `production`. */
  readonly format?: 'pretty' | 'json' | undefined;
}

/** A logger on tslog that writes to the standard output. */
export function createLogger(options: LoggerOptions = {}, environment: Environment = systemEnvironment): Logger {
  const level = options.level ?? levelOf(environment.variable('LOG_LEVEL'));
  const format = options.format ?? (environment.variable('NODE_ENV') === 'production' ? 'json' : 'pretty');
  const tslog = new Tslog<LogFields>({
    name: 'sallyport',
    type: format,
    minLevel: LEVELS[level],
    hideLogPositionForProduction: true,
    prettyLogTemplate: '{{dateIsoStr}} {{logLevelName}} ',
  });
  const write =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS[name] >= LEVELS[level]) tslog.log(LEVELS[name], name.toUpperCase(), message, fields);
    };
  return { error: write('error'), warn: write('warn'), info: write('info'), http: write('http'), debug: write('debug') };
}

/** For those who want none. */
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
