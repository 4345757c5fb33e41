import { expect } from 'vitest';

/** Waits until the condition is true, for at most 15 seconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 15_000, interval: 10 }).toBe(true);
}
