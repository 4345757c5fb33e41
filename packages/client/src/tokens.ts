/**
 * Token storage, by key. `localStorage`, `sessionStorage` and React Native's `AsyncStorage` fit as they are. Any script that runs
 * in the page can read it; cookie mode keeps tokens out of the reach of scripts.
 */
export interface AuthStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The tokens of a session in bearer mode. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in milliseconds by this machine's clock; `NaN` if not known. */
  readonly endsAt: number;
}

/** The tokens of one client. */
export interface TokenStore {
  readonly readTokens: () => Promise<Tokens | null>;
  readonly writeTokens: (tokens: Tokens | null) => Promise<void>;
  /** Identifies this device. It outlives sessions. */
  readonly readDevice: () => Promise<string | undefined>;
  readonly writeDevice: (token: string) => Promise<void>;
}

/** Whether the value is safe to send as a token in a header and in a body. */
const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,4096}$/.test(value);

/** Parses stored tokens. Returns `null` for anything else, since other code may write to the storage. */
function parseTokens(text: string | null | undefined): Tokens | null {
  try {
    const { accessToken, refreshToken, endsAt }: Partial<Record<keyof Tokens, unknown>> = JSON.parse(text ?? '');
    if (!isToken(accessToken) || !isToken(refreshToken)) return null;
    return { accessToken, refreshToken, endsAt: typeof endsAt === 'number' ? endsAt : Number.NaN };
  } catch {
    return null;
  }
}

/** Without a storage, or if it fails (blocked or full), tokens are kept in memory, and the session ends with the page. */
export function createTokenStore({ storage, key }: { readonly storage: AuthStorage | undefined; readonly key: string }): TokenStore {
  const session = `${key}.session`;
  const device = `${key}.device`;
  const memory = new Map<string, string | null>();
  const read = async (name: string): Promise<string | null | undefined> => {
    if (memory.has(name)) return memory.get(name);
    try {
      return await storage?.getItem(name);
    } catch {
      return null;
    }
  };
  const write = async (name: string, value: string | null): Promise<void> => {
    memory.set(name, value);
    if (!storage) return;
    try {
      await (value === null ? storage.removeItem(name) : storage.setItem(name, value));
      memory.delete(name);
    } catch {
      // Keep it in memory.
    }
  };
  return {
    readTokens: async () => parseTokens(await read(session)),
    writeTokens: (tokens) => write(session, tokens && JSON.stringify(tokens)),
    async readDevice() {
      const token = await read(device);
      return isToken(token) ? token : undefined;
    },
    writeDevice: (token) => write(device, token),
  };
}
