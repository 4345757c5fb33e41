import assert from 'node:assert/strict';
import { completeStore, OPTIONAL_PARTS, type OptionalPart, type PartialAuthStore } from '../../ports/store/partial-store.js';
import { anonymizingContract } from './anonymizing.js';
import { attemptsContract } from './attempts.js';
import { backupCodesContract } from './backup-codes.js';
import { changingUsersContract } from './changing-users.js';
import { confirmingFactorsContract } from './confirming-factors.js';
import { globalRunner } from './contract-runner.js';
import type { ContractRunner } from './contract-runner.js';
import { counterRacesContract } from './counter-races.js';
import { countersContract } from './counters.js';
import { devicesContract } from './devices.js';
import { endingSessionsContract } from './ending-sessions.js';
import { eventsContract } from './events.js';
import { factorsContract } from './factors.js';
import { lastCredentialContract, sharedCredentialsContract } from './last-credential.js';
import { identitiesContract } from './identities.js';
import { lastOfRoleContract } from './last-of-role.js';
import { factorSecrecyContract, lifecycleContract } from './lifecycle.js';
import { listingUsersContract } from './listing-users.js';
import { oneTimeTokensContract } from './one-time-tokens.js';
import { outboxContract } from './outbox.js';
import { passkeysContract } from './passkeys.js';
import { rateLimitsContract } from './rate-limits.js';
import { refusalsContract } from './refusals.js';
import { removingFactorsContract, removingUsersContract } from './removing-users.js';
import { factorRollbackContract, rollbackContract } from './rollback.js';
import type { Test } from './section.js';
import { sentCodesContract } from './sent-codes.js';
import { sessionsContract } from './sessions.js';
import { steppingUpContract } from './stepping-up.js';
import { transactionsContract } from './transactions.js';
import { uniqueUsersContract } from './unique-users.js';
import { updatingUsersContract } from './updating-users.js';
import { usersContract } from './users.js';

/** A part that a store may lack, with the tests that need it. */
export type ContractPart = OptionalPart | 'rateLimits';

const PARTS: readonly ContractPart[] = [...OPTIONAL_PARTS, 'rateLimits'];

export interface StoreContractOptions {
  /**
   * The optional parts that the store lacks. Their tests are left out, and a test by the name of each checks that the
   * store does lack it. Default: none.
   */
  readonly lacks?: readonly ContractPart[];
}

/**
 * Tests that a store keeps the promises of its port, including races. `open` is called for each test, and its store is
 * closed after it; the store may still hold the rows of earlier tests. Without `runner`, the global `describe` and `it`
 * are used.
 */
export function describeStoreContract(
  name: string,
  open: () => Promise<PartialAuthStore>,
  runner: ContractRunner = globalRunner(),
  { lacks = [] }: StoreContractOptions = {},
): void {
  const withStore = (title: string, body: (store: PartialAuthStore) => Promise<void>): void =>
    void runner.it(title, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  const test: Test = (title, body) => withStore(title, async (store) => body(completeStore(store)));
  const testWith = (...parts: readonly ContractPart[]): Test => (parts.some((part) => lacks.includes(part)) ? () => undefined : test);
  const testFactors = testWith('factors', 'backupCodes');

  runner.describe(`${name} keeps the contract of a store`, () => {
    for (const part of PARTS) {
      const isThere = !lacks.includes(part);
      withStore(isThere ? `has the optional part ${part}` : `lacks the optional part ${part}: its tests are left out`, async (store) => {
        assert.equal(store[part] !== undefined, isThere);
        assert.equal(await store.transaction(async (tx) => tx[part] !== undefined), isThere);
      });
    }
    usersContract(test);
    uniqueUsersContract(test);
    changingUsersContract(test);
    updatingUsersContract(test);
    listingUsersContract(test);
    lastOfRoleContract(test);
    removingUsersContract(test);
    removingFactorsContract(testFactors);
    sessionsContract(test);
    steppingUpContract(test);
    endingSessionsContract(test);
    devicesContract(test);
    factorsContract(testWith('factors'));
    confirmingFactorsContract(testWith('factors'));
    backupCodesContract(testWith('backupCodes'));
    passkeysContract(testWith('passkeys'));
    lastCredentialContract(testWith('passkeys'));
    sharedCredentialsContract(testWith('passkeys', 'identities'));
    identitiesContract(testWith('identities'));
    oneTimeTokensContract(test);
    sentCodesContract(test);
    countersContract(test);
    counterRacesContract(test);
    attemptsContract(test);
    rateLimitsContract(testWith('rateLimits'));
    outboxContract(test);
    eventsContract(test);
    refusalsContract(test);
    anonymizingContract(test);
    transactionsContract(test);
    rollbackContract(test);
    factorRollbackContract(testFactors);
    lifecycleContract(test);
    factorSecrecyContract(testFactors);
  });
}
