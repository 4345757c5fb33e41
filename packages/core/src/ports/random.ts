import { randomBytes } from 'node:crypto';

/** The only source of randomness. An implementation MUST be cryptographically secure. */
export interface Random {
  /** This number of random bytes. */
  bytes(length: number): Uint8Array;
}

/** From 0 up to, but not including, 1, in steps of 1/65,536: for pauses, not for secrets. */
export function fractionOf(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65_536;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };
