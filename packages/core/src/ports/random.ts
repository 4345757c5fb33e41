import { randomBytes } from 'node:crypto';

/** The only source of randomness. An implementation MUST be cryptographically secure. */
export interface Random {
  /** As many random bytes as asked for. */
  bytes(length: number): Uint8Array;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };
