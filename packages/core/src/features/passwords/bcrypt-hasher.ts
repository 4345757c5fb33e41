import { createHash, createHmac } from 'node:crypto';
import { AuthError } from '../../errors.js';
import { loadBcrypt, type Bcrypt } from './load-bcrypt.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';
import { canonicalBcrypt } from './canonical-bcrypt.js';

export interface BcryptSettings {
  readonly cost: number;
  readonly maxCost: number;
  readonly peppers: readonly string[];
}

/** `$sp1$<pepper id>` + a bcrypt hash of the pre-hashed password; or a bcrypt hash alone, imported from elsewhere. */
const HASH = /^(?:\$sp1\$(?<pepperId>[0-9a-f]{8}|none))?(?<bcrypt>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/;
const NO_PEPPER = 'none';
/** The lowest cost of bcrypt. */
const MIN_COST = 4;
/** The key of the pre-hash without a pepper: it makes these digests differ from those of any other application. */
const PUBLIC_KEY = 'sallyport/v1/password';

interface ParsedHash {
  /** `undefined` for an imported hash, which has no pre-hash. */
  readonly pepperId: string | undefined;
  readonly bcrypt: string;
  readonly cost: number;
}

/** bcrypt over a pre-hash, so that the whole password counts (security.md P2), with peppers and imports (P4). */
export function createBcryptHasher({ cost, maxCost, peppers }: BcryptSettings): PasswordHasher {
  const keys = new Map(peppers.map((pepper) => [pepperIdOf(pepper), pepper]));
  const newestId = [...keys.keys()][0] ?? NO_PEPPER;
  const keyOf = (id: string): string | undefined => (id === NO_PEPPER ? PUBLIC_KEY : keys.get(id));

  // Well-formed, so that bcrypt does the full work, and no password matches.
  const dummyOf = (itsCost: number): string => `$2b$${String(itsCost).padStart(2, '0')}$${'.'.repeat(53)}`;
  const dummy = dummyOf(cost);

  let loading: Promise<Bcrypt> | undefined;
  // Loaded once: even a repeated `import()` takes longer than passing on a hash. If it fails once, it always will.
  const load = (): Promise<Bcrypt> => (loading ??= loadBcrypt());

  const inputFor = (password: string, pepperId: string | undefined): string | null => {
    // An imported hash is of the unchanged password, and its system would have cut that off at NUL.
    if (pepperId === undefined) return password.includes('\0') ? null : password;
    const key = keyOf(pepperId);
    // M10: the operator has lost a pepper. Counting that as the user's wrong password would lock the user out.
    if (key === undefined) throw new AuthError('INTERNAL', { cause: new Error(`no configured pepper has the id ${pepperId} of a stored hash`) });
    return prehash(password, key);
  };

  return {
    async hash(password) {
      const { hash } = await load();
      const input = prehash(password, keyOf(newestId) ?? PUBLIC_KEY);
      return `$sp1$${newestId}${await hash(input, { cost })}`;
    },

    async verify(password, stored) {
      const { verify } = await load();
      const parsed = parseHash(stored);
      const input = parsed === null ? null : inputFor(password, parsed.pepperId);
      // A hash that someone planted at cost 31 would occupy a core for hours.
      if (parsed !== null && input !== null && parsed.cost <= maxCost) {
        const matches = await verify(input, parsed.bcrypt);
        // L1: a cheaper hash would answer sooner than an unknown account. The costs from its own up to today's, less one,
        // add up to the work that is missing: 2^n + 2^(n+1) + … + 2^(m-1) = 2^m - 2^n.
        for (let missing = parsed.cost; missing < cost; missing += 1) await verify(input, dummyOf(missing));
        return matches;
      }
      // An answer that comes sooner would tell that the account exists (security.md L1).
      await verify(prehash(password, PUBLIC_KEY), dummy);
      return false;
    },

    needsRehash(stored) {
      const parsed = parseHash(stored);
      return parsed === null || parsed.pepperId !== newestId || parsed.cost !== cost;
    },

    async check() {
      const { hash } = await load();
      await hash('', { cost: MIN_COST });
    },

    dummyHash: () => Promise.resolve(`$sp1$${newestId}${dummy}`),
  };
}

/** 64 characters without NUL for any input: bcrypt itself reads only 72 bytes and stops at NUL. */
function prehash(password: string, key: string): string {
  return createHmac('sha384', key).update(password.normalize('NFC'), 'utf8').digest('base64');
}

/** Identifies a pepper in the hashes that depend on it without revealing any of it. */
function pepperIdOf(pepper: string): string {
  return createHash('sha256').update('sallyport/v1/pepper-id').update(pepper).digest('hex').slice(0, 8);
}

function parseHash(stored: string): ParsedHash | null {
  const groups = HASH.exec(stored)?.groups;
  const bcrypt = groups?.['bcrypt'];
  const cost = Number(groups?.['cost']);
  return bcrypt === undefined || cost < 4 || cost > 31 ? null : { pepperId: groups?.['pepperId'], bcrypt: canonicalBcrypt(bcrypt), cost };
}
