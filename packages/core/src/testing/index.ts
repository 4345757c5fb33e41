export { totp } from './totp.js';
export {
  aBackupCode,
  aDevice,
  aFactor,
  aMessage,
  anEvent,
  anIdentity,
  aOneTimeToken,
  aPasskey,
  aSession,
  aUser,
  BUILT_AT,
} from './builders.js';
export type { ContractRunner } from './contract/contract-runner.js';
export { describeLimiterContract } from './contract/describe-limiter-contract.js';
export type { OpenedLimiter } from './contract/describe-limiter-contract.js';
export { describeStoreContract } from './contract/describe-store-contract.js';
export type { ContractPart, StoreContractOptions } from './contract/describe-store-contract.js';
export { failingStore } from './failing-store.js';
export type { FailingStore } from './failing-store.js';
export { fakeClock } from './fake-clock.js';
export type { FakeClock } from './fake-clock.js';
export { inbox } from './inbox.js';
export type { Inbox, InboxOptions } from './inbox.js';
export { loginAs } from './login-as.js';
export type { LoggedIn, LoginAsOptions } from './login-as.js';
export { createMemoryStore } from './memory/memory-store.js';
export type { MemoryStore } from './memory/memory-store.js';
export { softAuthenticator } from './soft-authenticator.js';
export type { AuthenticatorOptions, Lies, PasskeyAlgorithm, SoftAuthenticator } from './soft-authenticator.js';
