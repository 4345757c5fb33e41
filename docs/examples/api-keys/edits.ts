/** A change to an existing file: lines that are inserted after the only line that equals `below`. */
export interface Edit {
  readonly file: string;
  readonly below: string;
  readonly insert: string;
}

const CORE = 'packages/core/src/';

/** Every change that the feature makes to existing files. */
export const EDITS: readonly Edit[] = [
  // The store port: one more aggregate.
  { file: `${CORE}ports/store/store.ts`, below: 'export interface StoreMethods {', insert: '  readonly apiKeys: ApiKeyStore;' },
  {
    file: `${CORE}ports/store/store.ts`,
    below: "import type { UserStore } from './users.js';",
    insert: "import type { ApiKeyStore } from './api-keys.js';",
  },

  // The store in memory, and the contract that proves every store.
  {
    file: `${CORE}testing/memory/tables.ts`,
    below: 'export interface Tables {',
    insert: "  readonly apiKeys: Rows<ApiKeyRecord, 'userId'>;",
  },
  {
    file: `${CORE}testing/memory/tables.ts`,
    below: 'export function createTables(log: UndoLog): Tables {\n  return {',
    insert: '    apiKeys: createRows(log, { userId: (key) => key.userId }),',
  },
  {
    file: `${CORE}testing/memory/tables.ts`,
    below: 'const COPIES: { readonly [Name in keyof Tables]: (from: Tables, to: Tables) => void } = {',
    insert: '  apiKeys: (from, to) => from.apiKeys.copyTo(to.apiKeys),',
  },
  {
    file: `${CORE}testing/memory/tables.ts`,
    below: "import type { UserRecord } from '../../ports/store/users.js';",
    insert: "import type { ApiKeyRecord } from '../../ports/store/api-keys.js';",
  },
  { file: `${CORE}testing/memory/memory-store.ts`, below: 'const methods: StoreMethods = {', insert: '    apiKeys: memoryApiKeys(tables),' },
  {
    file: `${CORE}testing/memory/memory-store.ts`,
    below: "import { memoryUsers } from './users.js';",
    insert: "import { memoryApiKeys } from './api-keys.js';",
  },
  { file: `${CORE}testing/contract/describe-store-contract.ts`, below: 'usersContract(test);', insert: '    apiKeysContract(test);' },
  {
    file: `${CORE}testing/contract/describe-store-contract.ts`,
    below: "import { usersContract } from './users.js';",
    insert: "import { apiKeysContract } from './api-keys.js';",
  },
  { file: `${CORE}testing/contract/transactions.ts`, below: "filter((name) => name !== 'rateLimits'), [", insert: "        'apiKeys'," },

  // The option.
  { file: `${CORE}auth-config.ts`, below: 'readonly twoFactor?: TwoFactorOptions | undefined;', insert: '  readonly apiKeys?: ApiKeyOptions | undefined;' },
  {
    file: `${CORE}auth-config.ts`,
    below: "import type { AuditOptions } from './features/audit/options.js';",
    insert: "import type { ApiKeyOptions } from './features/api-keys/options.js';",
  },
  { file: `${CORE}config.ts`, below: 'readonly recovery: RecoverySettings;', insert: '  readonly apiKeys: ApiKeySettings;' },
  { file: `${CORE}config.ts`, below: 'recovery: v.optional(recoveryOptions, {}),', insert: '    apiKeys: v.optional(apiKeyOptions, {}),' },
  {
    file: `${CORE}config.ts`,
    below: "import { parse } from './foundation/parse.js';",
    insert:
      "import { apiKeyOptions } from './features/api-keys/options.js';\nimport type { ApiKeySettings } from './features/api-keys/options.js';",
  },

  // The events.
  {
    file: `${CORE}model/event-shapes.ts`,
    below: 'export interface EventShapes {',
    insert:
      "  'api-key.created': Success<{ readonly apiKeyId: string }>;\n  'api-key.refused': Failure<{ readonly reason: 'too-many' }>;",
  },

  // The mail, in both languages.
  { file: `${CORE}model/outgoing-message.ts`, below: 'export const SECURITY_NOTICES = [', insert: "  'api-key-created'," },
  {
    file: `${CORE}features/notifications/messages/en.ts`,
    below: "'security-notice': {",
    insert: "      'api-key-created': (m) => notice(m, { what: 'An API key was created' }),",
  },
  {
    file: `${CORE}features/notifications/messages/de.ts`,
    below: "'security-notice': {",
    insert: "      'api-key-created': (m) => notice(m, { what: 'Ein API-Schlüssel wurde erstellt' }),",
  },

  // The routes.
  { file: `${CORE}router/routes.ts`, below: 'Accounts: accountRoutes,', insert: "  'API keys': apiKeyRoutes," },
  { file: `${CORE}router/routes.ts`, below: '...features.Accounts,', insert: "  ...features['API keys']," },
  {
    file: `${CORE}router/routes.ts`,
    below: "import { accountRoutes } from '../features/accounts/routes.js';",
    insert: "import { apiKeyRoutes } from '../features/api-keys/routes.js';",
  },
];
