import assert from 'node:assert/strict';
import type { BackupCodeRecord } from '../../ports/store/factors.js';
import type { AuthStore } from '../../ports/store/store.js';
import { aBackupCode, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedUser, type Test } from './section.js';

const NOW = BUILT_AT + 1000;

const codesOf = (userId: string, length = 10): BackupCodeRecord[] =>
  Array.from({ length }, () => aBackupCode({ userId }));

async function storedCodes(store: AuthStore): Promise<{ userId: string; codes: BackupCodeRecord[]; hashes: string[] }> {
  const { id: userId } = await storedUser(store);
  const codes = codesOf(userId);
  await store.backupCodes.replace(userId, codes);
  return { userId, codes, hashes: codes.map(({ codeHash }) => codeHash) };
}

export function backupCodesContract(test: Test): void {
  test('M5: a backup code can be used once, by its own user only', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    const other = await storedCodes(store);
    const [hash = ''] = hashes;
    assert.equal(await store.backupCodes.use(other.userId, [hash], NOW), false);
    assert.equal(await store.backupCodes.use(userId, ['another hash'], NOW), false);
    assert.equal(await store.backupCodes.use(userId, [], NOW), false);
    assert.equal(await store.backupCodes.countUnused(userId), 10);
    assert.equal(await store.backupCodes.use(userId, [hash], NOW), true);
    assert.equal(await store.backupCodes.use(userId, [hash], NOW + 1), false);
    assert.equal(await store.backupCodes.countUnused(userId), 9);
    assert.equal(await store.backupCodes.countUnused(other.userId), 10);
  });

  test('a backup code is found by any of its hashes (one for each key)', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    const [hash = ''] = hashes;
    assert.equal(await store.backupCodes.use(userId, ['by a newer key', hash, 'by an older key'], NOW), true);
    assert.equal(await store.backupCodes.use(userId, ['by a newer key', hash, 'by an older key'], NOW), false);
    assert.equal(await store.backupCodes.countUnused(userId), 9);
  });

  test('one use takes one code, even if several match', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    assert.equal(await store.backupCodes.use(userId, hashes, NOW), true);
    assert.equal(await store.backupCodes.countUnused(userId), 9);
  });

  test('M5: of concurrent uses of one backup code, one wins', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    const [hash = ''] = hashes;
    const won = await atOnce(40, async (n) => store.backupCodes.use(userId, [hash], NOW + n));
    assert.equal(count(won, true), 1);
    assert.equal(await store.backupCodes.countUnused(userId), 9);
  });

  test('M5: of ten codes, each used four times concurrently, each is used once', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    const won = await atOnce(40, async (n) => store.backupCodes.use(userId, [hashes[n % 10] ?? ''], NOW));
    assert.equal(count(won, true), 10);
    assert.equal(await store.backupCodes.countUnused(userId), 0);
  });

  test('new codes replace all of the user’s codes', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    const other = await storedCodes(store);
    const next = codesOf(userId, 3);
    await store.backupCodes.replace(userId, next);
    assert.equal(await store.backupCodes.countUnused(userId), 3);
    assert.equal(await store.backupCodes.use(userId, hashes, NOW), false);
    assert.equal(await store.backupCodes.use(userId, [next[0]?.codeHash ?? ''], NOW), true);
    assert.equal(await store.backupCodes.countUnused(other.userId), 10);
  });

  test('of sets of codes written concurrently, one remains complete', async (store) => {
    const { id: userId } = await storedUser(store);
    const sets = Array.from({ length: 20 }, () => codesOf(userId));
    await Promise.all(sets.map(async (codes) => store.backupCodes.replace(userId, codes)));
    assert.equal(await store.backupCodes.countUnused(userId), 10);
    const used: boolean[][] = [];
    for (const codes of sets) {
      const hashes = codes.map(({ codeHash }) => codeHash);
      used.push(await Promise.all(hashes.map(async (hash) => store.backupCodes.use(userId, [hash], NOW))));
    }
    assert.deepEqual(used.filter((codes) => codes.includes(true)), [Array(10).fill(true)]);
  });

  test('a use concurrent with a replacement does not use one of the new codes', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { userId, hashes } = await storedCodes(store);
      await Promise.all([
        store.backupCodes.use(userId, hashes.slice(0, 1), NOW),
        store.backupCodes.replace(userId, codesOf(userId)),
        store.backupCodes.use(userId, hashes.slice(1, 2), NOW),
      ]);
      assert.equal(await store.backupCodes.countUnused(userId), 10);
    }
  });

  test('a refused replacement keeps the old codes', async (store) => {
    const { userId, codes } = await storedCodes(store);
    const next = aBackupCode({ userId });
    await assert.rejects(store.backupCodes.replace(userId, [next, next]));
    await assert.rejects(store.backupCodes.replace(anId(), [next]));
    assert.equal(await store.backupCodes.countUnused(userId), 10);
    assert.equal(await store.backupCodes.use(userId, [codes[9]?.codeHash ?? ''], NOW), true);
  });

  test('removes all codes of one user, and no others', async (store) => {
    const { userId, hashes } = await storedCodes(store);
    const other = await storedCodes(store);
    await store.backupCodes.replace(userId, []);
    assert.equal(await store.backupCodes.countUnused(userId), 0);
    assert.equal(await store.backupCodes.use(userId, hashes, NOW), false);
    assert.equal(await store.backupCodes.countUnused(other.userId), 10);
  });
}
