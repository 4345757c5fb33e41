import assert from 'node:assert/strict';
import { aDevice, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedDevice, storedUser, sum, type Test } from './section.js';

const EARLY = 1_000_000;

export function devicesContract(test: Test): void {
  test('devices are read as they were stored', async (store) => {
    const { id: userId } = await storedUser(store);
    const bare = await storedDevice(store, { userId, userAgent: null });
    const full = await storedDevice(store, { userId, lastSeenAt: BUILT_AT + 1, trustedUntil: BUILT_AT + 2 });
    for (const device of [bare, full]) assert.deepEqual(await store.devices.find(device.id), device);
    assert.equal(await store.devices.find(anId()), null);
    assert.deepEqual(await store.devices.list(anId()), []);
  });

  test('a device without an existing user is refused', async (store) => {
    const device = aDevice({ userId: anId() });
    await assert.rejects(store.devices.insert(device, 10));
    assert.equal(await store.devices.find(device.id), null);
  });

  test('devices are listed most recently seen first', async (store) => {
    const { id: userId } = await storedUser(store);
    await storedDevice(store);
    const second = await storedDevice(store, { userId, lastSeenAt: BUILT_AT + 20 });
    const first = await storedDevice(store, { userId, lastSeenAt: BUILT_AT + 30 });
    const third = await storedDevice(store, { userId, lastSeenAt: BUILT_AT + 10 });
    assert.deepEqual(await store.devices.list(userId), [first, second, third]);
  });

  test("a device above the maximum replaces the least recently seen one", async (store) => {
    const { id: userId } = await storedUser(store);
    const other = await storedDevice(store, { lastSeenAt: BUILT_AT - 1 });
    const recent = await storedDevice(store, { userId, lastSeenAt: BUILT_AT + 20 });
    await storedDevice(store, { userId, lastSeenAt: BUILT_AT + 10 });
    const added = aDevice({ userId, lastSeenAt: BUILT_AT + 30 });
    await store.devices.insert(added, 2);
    assert.deepEqual(await store.devices.list(userId), [added, recent]);
    assert.deepEqual(await store.devices.find(other.id), other);
  });

  test('devices added concurrently keep to the maximum', async (store) => {
    const { id: userId } = await storedUser(store);
    const added = Array.from({ length: 30 }, (_, n) => aDevice({ userId, lastSeenAt: BUILT_AT + n }));
    await Promise.all(added.map(async (device) => store.devices.insert(device, 5)));
    assert.deepEqual(ids(await store.devices.list(userId)), ids(added.slice(-5)).toReversed());
  });

  test('a touch sets time and user agent, and returns whether the device existed', async (store) => {
    const device = await storedDevice(store);
    const later = BUILT_AT + 1000;
    assert.equal(await store.devices.touch(device.id, later, 'another browser'), true);
    const touched = { ...device, lastSeenAt: later, userAgent: 'another browser' };
    assert.deepEqual(await store.devices.find(device.id), touched);
    assert.equal(await store.devices.touch(device.id, later, null), true);
    assert.deepEqual(await store.devices.find(device.id), { ...touched, userAgent: null });
    assert.equal(await store.devices.touch(anId(), later, null), false);
  });

  test('a device is removed once, by its own user only', async (store) => {
    const device = await storedDevice(store);
    const eve = await storedUser(store);
    assert.equal(await store.devices.remove(device.id, eve.id), false);
    assert.deepEqual(await store.devices.find(device.id), device);
    const outcomes = await atOnce(20, async () => store.devices.remove(device.id, device.userId));
    assert.equal(count(outcomes, true), 1);
    assert.equal(await store.devices.find(device.id), null);
  });

  test('a device is trusted, and the trust in all devices of a user ends', async (store) => {
    const { id: userId } = await storedUser(store);
    const [first, second, other] = [
      await storedDevice(store, { userId }),
      await storedDevice(store, { userId, trustedUntil: BUILT_AT + 1 }),
      await storedDevice(store, { trustedUntil: BUILT_AT + 1 }),
    ];
    assert.equal(await store.devices.trust(first.id, BUILT_AT + 2), true);
    assert.deepEqual(await store.devices.find(first.id), { ...first, trustedUntil: BUILT_AT + 2 });
    assert.equal(await store.devices.trust(anId(), BUILT_AT + 2), false);
    await store.devices.distrustAll(userId);
    assert.deepEqual(await store.devices.list(userId), [{ ...second, trustedUntil: null }, first]);
    assert.deepEqual(await store.devices.find(other.id), other);
  });

  test('a touch concurrent with a removal does not restore the device', async (store) => {
    const device = await storedDevice(store);
    const [removed] = await Promise.all([
      store.devices.remove(device.id, device.userId),
      atOnce(20, async (n) => store.devices.touch(device.id, BUILT_AT + n, 'a browser')),
    ]);
    assert.equal(removed, true);
    assert.equal(await store.devices.find(device.id), null);
    assert.equal(await store.devices.touch(device.id, BUILT_AT, null), false);
  });

  // Devices of other tests, if still stored, were seen later than these.
  test('devices last seen before a given time are purged, trusted or not, at most the limit at a time', async (store) => {
    const { id: userId } = await storedUser(store);
    await storedDevice(store, { userId, firstSeenAt: EARLY - 9, lastSeenAt: EARLY - 2 });
    await storedDevice(store, { userId, firstSeenAt: EARLY - 9, lastSeenAt: EARLY - 1, trustedUntil: BUILT_AT });
    await storedDevice(store, { userId, firstSeenAt: EARLY - 9, lastSeenAt: EARLY - 1 });
    const kept = await storedDevice(store, { userId, firstSeenAt: EARLY - 9, lastSeenAt: EARLY });
    assert.equal(await store.purge('devices', EARLY, 2), 2);
    assert.equal(await store.purge('devices', EARLY, 2), 1);
    assert.equal(await store.purge('devices', EARLY, 2), 0);
    assert.deepEqual(await store.devices.list(userId), [kept]);
    await store.purge('devices', EARLY + 1, 10);
  });

  test('of concurrent purges, each device is counted by one', async (store) => {
    const { id: userId } = await storedUser(store);
    await atOnce(30, async () => storedDevice(store, { userId, lastSeenAt: EARLY - 1 }));
    assert.equal(sum(await atOnce(20, async () => store.purge('devices', EARLY, 4))), 30);
  });
}
