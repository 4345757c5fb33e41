import { createAuth } from '../create-auth.js';
import type { Auth } from '../auth.js';
import type { AuthConfig } from '../auth-config.js';
import type { ErrorCode, Issue } from '../errors.js';
import type { User } from '../model/user.js';
import type { AuthEvent } from '../model/events.js';
import type { TrailEvent } from '../features/audit/schema.js';
import type { AuthenticationOptionsData, RegistrationOptionsData } from '../features/passkeys/ceremony-schema.js';
import type { Passkey, PasskeysData } from '../features/passkeys/schema.js';
import type { Identity } from '../features/providers/schema.js';
import type { Device } from '../features/devices/schema.js';
import type { AuthBlock } from '../model/auth-block.js';
import type { Session } from '../model/session.js';
import type { LogFields, Logger } from '../ports/logger.js';
import type { Notifier } from '../ports/notifier.js';
import { textOf, toAuthRequest } from '../testing/client.js';
import type { ClientRequest } from '../testing/client.js';
import { fakeClock } from '../testing/fake-clock.js';
import type { FakeClock } from '../testing/fake-clock.js';
import { createMemoryStore } from '../testing/memory/memory-store.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';
import { checkedAuth } from './openapi-check.js';
import type { DescribedOptions } from './openapi-check.js';

export const SECRET = 'the secret of tests, 32 bytes long or more';
export const ADMIN_PASSWORD = 'the admin password of tests';
export const PASSWORD = 'correct horse battery staple';
export const WRONG_PASSWORD = 'incorrect horse battery staple';

/** All fields of all bodies: a test reads those that its route returns. */
export interface ReplyBody {
  readonly success: boolean;
  readonly message: string;
  readonly error: string;
  readonly code: ErrorCode;
  readonly statusCode: number;
  readonly data: {
    readonly user: User;
    readonly users: readonly User[];
    readonly events: readonly TrailEvent[];
    readonly session: Session;
    readonly sessions: readonly Session[];
    readonly devices: readonly Device[];
    readonly auth: AuthBlock;
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly deviceToken: string;
    readonly tokenType: string;
    readonly userId: string;
    readonly expiresAt: string;
    readonly message: string;
    readonly revoked: number;
    readonly challengeToken: string;
    readonly loginToken: string;
    readonly hasPassword: boolean;
    readonly codeSent: boolean;
    readonly methods: readonly string[];
    readonly secret: string;
    readonly otpauthUrl: string;
    readonly qrCode: string;
    readonly destination: string;
    readonly backupCodes: readonly string[];
    readonly backupCodesRemaining: number;
    readonly passkey: Passkey;
    readonly passkeys: readonly Passkey[];
    readonly accepted: PasskeysData['accepted'];
    readonly registrationToken: string;
    readonly authenticationToken: string;
    readonly options: RegistrationOptionsData['options'] & AuthenticationOptionsData['options'];
    readonly url: string;
    readonly isNewUser: boolean;
    readonly redirectTo?: string | null;
    readonly providers: readonly { readonly id: string; readonly name: string }[];
    readonly identities: readonly Identity[];
  };
  readonly meta: {
    readonly timestamp: string;
    readonly requestId: string;
    readonly issues?: readonly Issue[];
    readonly retryAfter?: number;
    readonly requires?: string;
    readonly redirectTo?: string;
    readonly status?: boolean;
    readonly nextCursor?: string | null;
    readonly total?: number;
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string | null;
  /** An empty object if the reply has no body. */
  readonly body: ReplyBody;
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** An application under test: the library on a memory store, with a clock that only tests move, and all of its output. */
export interface TestApp {
  readonly auth: Auth;
  readonly config: AuthConfig & { readonly store: MemoryStore; readonly clock: FakeClock };
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  /** All events but those of deliveries, which end in the background at any time. */
  readonly emitted: AuthEvent[];
  readonly log: LogLine[];
  /** Sends a request to the mount, and checks the reply against the OpenAPI document. */
  readonly send: (request: ClientRequest) => Promise<Reply>;
  readonly post: (path: string, body?: unknown, token?: string) => Promise<Reply>;
  readonly get: (path: string, token?: string) => Promise<Reply>;
  readonly del: (path: string, token?: string, body?: unknown) => Promise<Reply>;
}

export function createTestApp(options: Partial<AuthConfig> & { readonly store?: MemoryStore; readonly clock?: FakeClock } = {}): TestApp {
  const emitted: AuthEvent[] = [];
  const log: LogLine[] = [];
  const config = {
    secret: SECRET,
    store: createMemoryStore(),
    clock: fakeClock(),
    logger: capture(log),
    // Mail stays in the outbox, so that tests that are not about mail have no background work.
    notifier: { channels: ['email', 'sms'], send: () => new Promise<void>(() => undefined) } satisfies Notifier,
    // Expired rows stay, so that a test can read them.
    maintenance: false as const,
    // Turn on features that are off by default, so that tests of all routes reach them.
    emailLogin: {},
    passkeys: { rpId: 'example.com', origins: ['https://app.example.com'] },
    onEvent: (event: AuthEvent) => {
      if (!event.type.startsWith('message.')) emitted.push(event);
    },
    ...options,
    passwords: { cost: 4, ...options.passwords },
    registration: { adminPassword: ADMIN_PASSWORD, ...options.registration },
  };
  const auth = checkedAuth(createAuth(config), options);
  const send = sender(auth, options);
  return {
    auth,
    config,
    store: config.store,
    clock: config.clock,
    emitted,
    log,
    send,
    post: (path, body, token) => send({ method: 'POST', path, body, token }),
    get: (path, token) => send({ path, token }),
    del: (path, token, body) => send({ method: 'DELETE', path, token, body }),
  };
}

/** Sends requests to an `Auth`, and checks each reply against its OpenAPI document. */
export function sender(auth: Auth, options: DescribedOptions = {}): (request: ClientRequest) => Promise<Reply> {
  const checked = checkedAuth(auth, options);
  return async (request) => {
    const reply = await checked.handle(toAuthRequest(request));
    const { status, headers } = reply;
    const text = await textOf(reply);
    const body: ReplyBody = JSON.parse(text ?? '{}');
    return { status, headers, text, body };
  };
}

/** The state without the audit trail and the attempts: a refused request must not change it. */
export function stateOf(store: MemoryStore): Readonly<Record<string, readonly object[]>> {
  const { events: _, attempts: __, ...state } = store.dump();
  return state;
}

function capture(log: LogLine[]): Logger {
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      log.push({ level, message, fields });
    };
  return { error: write('error'), warn: write('warn'), info: write('info'), http: write('http'), debug: write('debug') };
}
