import { describe, expect, it, vi } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { createTestApp, SECRET } from '../../test-kit/test-app.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { silentLogger } from '../../ports/create-logger.js';

vi.mock('@node-rs/bcrypt', () => {
  throw new Error('Failed to load native binding');
});

const PLATFORM = `${process.platform}-${process.arch}`;

describe('without a bcrypt for this platform', () => {
  it('start-up logs it, with platform and remedy', async () => {
    const logged: unknown[] = [];
    const logger = { ...silentLogger, error: (message: string, fields: unknown) => void logged.push({ message, fields }) };
    createAuth({ secret: SECRET, store: createMemoryStore(), logger, delivery: false, maintenance: false });
    await vi.waitFor(() => expect(logged).toHaveLength(1));
    expect(logged[0]).toMatchObject({
      message: 'passwords cannot be hashed on this machine: nobody can register or log in',
      fields: { code: 'BCRYPT_UNAVAILABLE', remedy: expect.stringContaining(`@node-rs/bcrypt on ${PLATFORM}`) },
    });
  });

  it('hash-failed: the doctor reports it, with the remedy', async () => {
    const { auth } = createTestApp();
    expect(await auth.doctor()).toContainEqual({
      id: 'hash-failed',
      severity: 'error',
      problem: 'passwords cannot be hashed on this machine (BCRYPT_UNAVAILABLE): nobody can register or log in',
      remedy: expect.stringContaining(PLATFORM),
    });
  });
});
