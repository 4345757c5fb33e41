import { expect } from 'vitest';

/** Waits, eight seconds at most, until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 8_000, interval: 10 }).toBe(true);
}
