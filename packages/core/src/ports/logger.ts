/** The values of a log line. Core never passes a password, token, code, secret or hash. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Receives log lines. `http` is called once for each request. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  http(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}
