export { aDevice, anEvent, aSession, aUser, BUILT_AT } from './builders.js';
export { describeStoreContract } from './contract/describe-store-contract.js';
export type { ContractRunner } from './contract/describe-store-contract.js';
export { failingStore } from './failing-store.js';
export type { FailingStore } from './failing-store.js';
export { fakeClock } from './fake-clock.js';
export type { FakeClock } from './fake-clock.js';
export { createMemoryStore } from './memory/memory-store.js';
