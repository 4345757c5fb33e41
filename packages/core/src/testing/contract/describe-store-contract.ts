import { completeStore } from '../../ports/store/partial-store.js';
import type { OptionalPart, PartialAuthStore } from '../../ports/store/partial-store.js';
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
import { lifecycleContract } from './lifecycle.js';
import { listingUsersContract } from './listing-users.js';
import { oneTimeTokensContract } from './one-time-tokens.js';
import { outboxContract } from './outbox.js';
import { passkeysContract } from './passkeys.js';
import { rateLimitsContract } from './rate-limits.js';
import { refusalsContract } from './refusals.js';
import { removingUsersContract } from './removing-users.js';
import { rollbackContract } from './rollback.js';
import type { Test } from './section.js';
import { sentCodesContract } from './sent-codes.js';
import { sessionsContract } from './sessions.js';
import { steppingUpContract } from './stepping-up.js';
import { transactionsContract } from './transactions.js';
import { uniqueUsersContract } from './unique-users.js';
import { updatingUsersContract } from './updating-users.js';
import { usersContract } from './users.js';

/**
 * Tests that a store keeps the promises of its port, including races. `open` is called for each test, and its store is
 * closed after it; the store may still hold the rows of earlier tests. The tests of an optional part do nothing if the
 * store lacks that part. Without `runner`, the global `describe` and `it` are used.
 */
export function describeStoreContract(
  name: string,
  open: () => Promise<PartialAuthStore>,
  runner: ContractRunner = globalRunner(),
): void {
  const testWith =
    (...parts: readonly OptionalPart[]): Test =>
    (title, body) =>
      void runner.it(title, async () => {
        const store = await open();
        try {
          if (parts.every((part) => store[part] !== undefined)) await body(completeStore(store));
        } finally {
          await store.close();
        }
      });
  const test = testWith();

  runner.describe(`${name} keeps the contract of a store`, () => {
    usersContract(test);
    uniqueUsersContract(test);
    changingUsersContract(test);
    updatingUsersContract(test);
    listingUsersContract(test);
    lastOfRoleContract(test);
    removingUsersContract(test);
    sessionsContract(test);
    steppingUpContract(test);
    endingSessionsContract(test);
    devicesContract(test);
    factorsContract(test);
    confirmingFactorsContract(test);
    backupCodesContract(test);
    passkeysContract(testWith('passkeys'));
    lastCredentialContract(testWith('passkeys'));
    sharedCredentialsContract(testWith('passkeys', 'identities'));
    identitiesContract(testWith('identities'));
    oneTimeTokensContract(test);
    sentCodesContract(test);
    countersContract(test);
    counterRacesContract(test);
    attemptsContract(test);
    rateLimitsContract(test);
    outboxContract(test);
    eventsContract(test);
    refusalsContract(test);
    anonymizingContract(test);
    transactionsContract(test);
    rollbackContract(test);
    lifecycleContract(test);
  });
}
