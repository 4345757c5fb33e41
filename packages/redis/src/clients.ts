/** What the limiter uses of a client of `redis` or `@redis/client`, 4 or newer: a single node, a pool or a cluster. */
export interface NodeRedisCommands {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  ping(): Promise<unknown>;
  info(section: string): Promise<unknown>;
}

/** What the bus uses of a client of `redis` or `@redis/client`, 5 or newer. */
export interface NodeRedisClient extends NodeRedisCommands {
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(): NodeRedisConnection;
}

/** A connection that the bus makes for itself, since a connection that listens may not do much else. */
export interface NodeRedisConnection extends NodeRedisClient {
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
  destroy(): void;
}

/** What the limiter uses of a client of `ioredis`: a single node or a cluster. */
export interface IoRedisCommands {
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  info(section: string): Promise<unknown>;
}

/** What the bus uses of a client of `ioredis`. */
export interface IoRedisClient extends IoRedisCommands {
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(overrides: { lazyConnect: boolean }): IoRedisConnection;
}

export interface IoRedisConnection extends IoRedisClient {
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
  on(event: 'error' | 'close', listener: () => void): unknown;
  disconnect(): void;
}

/** A Lua script with its SHA-1, by which Redis remembers it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** What the limiter asks of Redis, whichever client it goes by. */
export interface Commands {
  /** Runs a script that Redis remembers. Rejects with `NOSCRIPT` where it does not. */
  evalSha(script: Script, call: ScriptCall): Promise<unknown>;
  /** Runs a script, which Redis remembers from then on. */
  eval(script: Script, call: ScriptCall): Promise<unknown>;
  ping(): Promise<unknown>;
  /** A section of `INFO`. */
  info(section: string): Promise<unknown>;
}

export interface ScriptCall {
  readonly key: string;
  readonly values: readonly string[];
}

/** What the bus asks of Redis besides. */
export interface Client extends Commands {
  publish(channel: string, message: string): Promise<unknown>;
  /** A further connection to the same server, not open yet. */
  duplicate(): Connection;
}

/** A connection that this package opens and closes. It is opened once: a new one takes its place when it is lost. */
export interface Connection extends Client {
  open(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Called when the connection is lost. */
  onLost(listener: () => void): void;
  /** Closes at once. Commands that have no reply yet reject. */
  destroy(): void;
}
