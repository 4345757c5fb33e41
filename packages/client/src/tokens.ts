/**
 * Where tokens are kept, by key. `localStorage`, `sessionStorage` and React Native's `AsyncStorage` fit as they are. Whoever
 * can run a script in the page can read what is kept there: cookie mode keeps tokens out of every script's reach.
 */
export interface AuthStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** What a session in bearer mode lives on. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds by the clock of this machine; `NaN` where that is not known. */
  readonly endsAt: number;
}

/** The tokens of one client. */
export interface TokenStore {
  readonly readTokens: () => Promise<Tokens | null>;
  readonly writeTokens: (tokens: Tokens | null) => Promise<void>;
  /** What marks this device. It outlives sessions. */
  readonly readDevice: () => Promise<string | undefined>;
  readonly writeDevice: (token: string) => Promise<void>;
}

/** Whether it may stand in a header and in a body as a token. */
const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,4096}$/.test(value);

/** Tokens as they were stored; `null` for anything else, since anybody may have written it. */
function parseTokens(text: string | null | undefined): Tokens | null {
  try {
    const { accessToken, refreshToken, endsAt }: Partial<Record<keyof Tokens, unknown>> = JSON.parse(text ?? '');
    if (!isToken(accessToken) || !isToken(refreshToken)) return null;
    return { accessToken, refreshToken, endsAt: typeof endsAt === 'number' ? endsAt : Number.NaN };
  } catch {
    return null;
  }
}

/** Without a storage, and where it fails (blocked, or full), tokens are kept in memory, and the session ends with the page. */
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
      // It stays in memory.
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
