// What is used of a pool of `pg`, in words of our own: without that package, our types still compile.

export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
}

export interface PostgresClient {
  query(statement: PostgresStatement): Promise<{ readonly rows: unknown[][] }>;
  /** Gives the connection back to its pool, or closes it where `destroy` is `true`. */
  release(destroy: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresStatement {
  readonly text: string;
  readonly values?: unknown[];
  readonly rowMode: 'array';
  readonly types: { getTypeParser(): (value: string) => unknown };
  /** Milliseconds to wait for the answer. 0: for ever. */
  readonly query_timeout: number;
}
