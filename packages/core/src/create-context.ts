import type { Context } from './context.js';
import type { AuthConfig } from './auth-config.js';
import type { Settings } from './config.js';
import { createKeyring } from './crypto/keyring.js';
import type { AuthEvent } from './model/events.js';
import { OriginWatch } from './services/origin-watch.js';
import { ProxyWatch } from './services/proxy-watch.js';
import { sealMessage } from './features/notifications/seal-message.js';
import { Maintenance } from './features/maintenance/maintenance.js';
import { warnAboutPlainHttp } from './features/cookies/warn-about-plain-http.js';
import { DeliveryWorker } from './features/notifications/delivery-worker.js';
import { createBcryptHasher } from './features/passwords/bcrypt-hasher.js';
import { MIN_SAFE_COST } from './features/passwords/options.js';
import { hashingLimits } from './services/hashing-limits.js';
import { queueHashing } from './services/hashing-queue.js';
import { FailureLog } from './services/failure-log.js';
import { SessionCache } from './services/session-cache.js';
import { PASSWORD_ATTEMPT_LIMITS } from './features/throttling/count-password-attempt.js';
import { KeyedSemaphore } from './services/keyed-semaphore.js';
import { createMemoryLimiter } from './features/throttling/memory-limiter.js';
import { AccessTokens } from './services/access-tokens.js';
import { describeError } from './foundation/describe-error.js';
import { hasLineEnd } from './foundation/line-end.js';
import { createDescriber } from './router/create-describer.js';
import { routes } from './router/routes.js';
import { createIds } from './foundation/ids.js';
import { systemClock } from './ports/clock.js';
import { consoleNotifier } from './ports/console-notifier.js';
import { createLogger, silentLogger } from './ports/create-logger.js';
import { systemEnvironment } from './ports/environment.js';
import type { Logger } from './ports/logger.js';
import { systemRandom } from './ports/random.js';
import { completeStore } from './ports/store/partial-store.js';
import { traceStore } from './telemetry/trace-store.js';

const FALLBACK_ISSUER = 'sallyport';

/** The context, and the work that runs beside requests. */
export interface Composition {
  readonly context: Context;
  /** Sends the messages of the outbox. */
  readonly delivery: DeliveryWorker;
  /** Purges expired data. */
  readonly maintenance: Maintenance;
}

/** Creates the ports and services from the configuration. */
export function createContext(config: AuthConfig, settings: Settings): Composition {
  const { clock = systemClock, random = systemRandom } = config;
  const store = traceStore(completeStore(config.store));
  const environment = systemEnvironment;
  const logger = config.logger === false ? silentLogger : (config.logger ?? createLogger());
  const keyring = createKeyring(settings.secrets);
  warnOfLineEnds(config, logger);
  for (const { message, fields } of config.store.notices ?? []) logger.info(message, fields);
  const { passwords } = settings;
  if (passwords.hasher === undefined && passwords.cost < MIN_SAFE_COST) {
    logger.warn('passwords.cost is below 10, which is safe in tests only', { cost: passwords.cost });
  }
  const context: Context = {
    settings,
    store,
    database: store,
    clock,
    random,
    environment,
    logger,
    notifier: config.notifier ?? consoleNotifier(),
    keyring,
    hasher: queueHashing(passwords.hasher ?? createBcryptHasher(passwords), hashingLimits(passwords, environment), clock),
    passwordAttempts: new KeyedSemaphore(PASSWORD_ATTEMPT_LIMITS),
    limiter: settings.throttling.limiter ?? createMemoryLimiter(),
    limiterFailures: new FailureLog({ message: 'the rate limiter failed, so a request was not limited', logger, clock }),
    bus: config.bus,
    guardLimiter: createMemoryLimiter(),
    accessTokens: new AccessTokens({
      settings: settings.tokens,
      fallbackIssuer: settings.baseUrl ?? FALLBACK_ISSUER,
      keyring,
      clock,
    }),
    sessionCache: new SessionCache({ store, clock, ttlMs: settings.session.stateTtl }),
    makeId: createIds(clock, random),
    proxyWatch: new ProxyWatch(logger),
    originWatch: new OriginWatch(logger),
    describe: createDescriber(routes, settings),
    sealMessage: (message) => sealMessage(context, message),
    get delivery() {
      return delivery;
    },
    emit: emitTo(config.onEvent, logger),
  };
  warnAboutPlainHttp(context);
  const delivery = new DeliveryWorker(context);
  return { context, delivery, maintenance: new Maintenance(context) };
}

/** The same services with tokens in bodies and headers: no cookie is read or set. */
export function bearerContext(context: Context): Context {
  const bearer: Settings = Object.freeze({ ...context.settings, transport: 'bearer' });
  return { ...context, settings: bearer, describe: createDescriber(routes, bearer) };
}

function warnOfLineEnds({ secret, passwords, registration }: AuthConfig, logger: Logger): void {
  const given = { secret, 'passwords.pepper': passwords?.pepper, 'registration.adminPassword': registration?.adminPassword };
  for (const [setting, value = []] of Object.entries(given)) {
    if (!(typeof value === 'string' ? [value] : value).some(hasLineEnd)) continue;
    logger.warn('a secret ends in a line break, which was removed', { setting });
  }
}

/** Calls the application's listener after the request. An error in the listener is only logged. */
function emitTo(listener: AuthConfig['onEvent'], logger: Logger): (event: AuthEvent) => void {
  if (listener === undefined) return () => undefined;
  return (event) => {
    // An asynchronous listener too: a rejection that nobody handles would end the process.
    void Promise.resolve(event)
      .then(listener)
      .catch((error: unknown) => logger.error('onEvent threw', describeError(error)));
  };
}
