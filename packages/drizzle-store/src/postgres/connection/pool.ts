// The part of a `pg` pool that is used. Our types compile without that package.

export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
}

export interface PostgresClient {
  query(statement: PostgresStatement): Promise<{ readonly rows: unknown[][] }>;
  /** Returns the connection to its pool, or closes it if `destroy` is `true`. */
  release(destroy: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresStatement {
  readonly text: string;
  readonly values?: unknown[];
  readonly rowMode: 'array';
  readonly types: { getTypeParser(): (value: string) => unknown };
  /** Timeout of the query in milliseconds. 0: none. */
  readonly query_timeout: number;
}
