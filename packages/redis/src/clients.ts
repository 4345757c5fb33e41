/** The part of a `redis` or `@redis/client` client (4 or newer) that the limiter uses: a single node, a pool or a cluster. */
export interface NodeRedisCommands {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  ping(): Promise<unknown>;
  info(section: string): Promise<unknown>;
}

/** The part of a `redis` or `@redis/client` client (5 or newer) that the bus uses. */
export interface NodeRedisClient extends NodeRedisCommands {
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(): NodeRedisConnection;
}

/** A connection that the bus opens for itself, since a subscribed connection allows few other commands. */
export interface NodeRedisConnection extends NodeRedisClient {
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
  destroy(): void;
}

/** The part of an `ioredis` client that the limiter uses: a single node or a cluster. */
export interface IoRedisCommands {
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  info(section: string): Promise<unknown>;
}

/** The part of an `ioredis` client that the bus uses. */
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

/** A Lua script with its SHA-1, the key of Redis' script cache. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** The commands that the limiter uses, independent of the client. */
export interface Commands {
  /** Runs a cached script. Rejects with `NOSCRIPT` if it is not cached. */
  evalSha(script: Script, call: ScriptCall): Promise<unknown>;
  /** Runs a script, which Redis then caches. */
  eval(script: Script, call: ScriptCall): Promise<unknown>;
  ping(): Promise<unknown>;
  /** A section of `INFO`. */
  info(section: string): Promise<unknown>;
}

export interface ScriptCall {
  readonly key: string;
  readonly values: readonly string[];
}

/** The additional commands that the bus uses. */
export interface Client extends Commands {
  publish(channel: string, message: string): Promise<unknown>;
  /** Another connection to the same server, not opened yet. */
  duplicate(): Connection;
}

/** A connection that this package opens and closes. It is opened once, and replaced when it is lost. */
export interface Connection extends Client {
  open(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Called when the connection is lost. */
  onLost(listener: () => void): void;
  /** Closes at once. Pending commands reject. */
  destroy(): void;
}
