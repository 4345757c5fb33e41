import { SYSTEM_CALLER } from './model/caller.js';
import { createApi, createUserFor, providerTokensFor, startSessionFor } from './router/api.js';
import type { Auth } from './auth.js';
import { resolveConfig } from './config.js';
import type { AuthConfig } from './auth-config.js';
import type { Context } from './context.js';
import { bearerContext, createContext } from './create-context.js';
import { AuthError } from './errors.js';
import { describeError } from './foundation/describe-error.js';
import { diagnose } from './features/doctor/diagnose.js';
import { watchKeys } from './features/key-check/watch-keys.js';
import { BcryptUnavailableError } from './features/passwords/load-bcrypt.js';
import { checkWebAuthn, WEBAUTHN_REMEDY } from './features/passkeys/load-webauthn.js';
import { checkHealth } from './features/system/health.js';
import type { Permissions } from './features/permissions/options.js';
import { accessRule } from './router/access-options.js';
import { enforceAccess } from './http/access.js';
import { authenticate, bearerToken } from './router/authenticate.js';
import { createGuard } from './router/guard-web-request.js';
import { createHandler } from './router/handle.js';
import { principalOf } from './router/principal-of.js';
import { discardWebBody } from './router/web-body.js';
import { fromWebRequest, toWebResponse } from './router/web-request.js';
import { toPrincipal } from './model/principal.js';
import { routes } from './router/routes.js';
import { watchServices } from './services/watch-services.js';

const DEFAULT_MOUNT = '/auth';

/** Creates the library from its configuration. Throws a `ConfigError` that lists every fault at once (security.md L5). */
export function createAuth<
  Role extends string = 'user' | 'admin',
  const Table extends Permissions = Readonly<Record<never, never>>,
  Profile = undefined,
  ProfileInput = Profile,
>(config: AuthConfig<Role, Table, Profile, ProfileInput>): Auth<Role, Table[keyof Table][number], Profile, ProfileInput>;
export function createAuth(config: AuthConfig): Auth {
  const { context, delivery, maintenance } = createContext(config, resolveConfig(config));
  if (context.settings.delivery) delivery.start();
  maintenance.start();
  watchServices(context);
  void checkHasher(context);
  void checkPasskeys(context);
  const stopWatchingKeys = watchKeys(context);
  const serve = serveBy(context);
  return Object.freeze<Auth>({
    api: createApi(context, routes),
    ...serve,
    bearer: context.settings.transport === 'bearer' ? serve : serveBy(bearerContext(context)),
    verifyAccessToken: (token) => context.accessTokens.verify(token),
    async authenticate(header) {
      const token = bearerToken(header);
      if (token === null) throw new AuthError('UNAUTHENTICATED');
      const authenticated = await authenticate(context, { token, caller: SYSTEM_CALLER });
      // The rule of a guarded route without options: it may still require that a second factor is set up.
      await enforceAccess(context, { current: authenticated.state, rule: {}, caller: SYSTEM_CALLER });
      return toPrincipal(context, authenticated);
    },
    guard: createGuard(context),
    principal: (request) => principalOf(context, request),
    accessRule: (options) => accessRule(context, options),
    createUser: (input) => createUserFor(context, input),
    startSession: (userId, how, caller = {}) => startSessionFor(context, { userId, how, caller }),
    providerTokens: (userId, provider) => providerTokensFor(context, { userId, provider }),
    openapi: ({ mount = DEFAULT_MOUNT } = {}) => structuredClone(context.describe(mount).document),
    health: () => checkHealth(context),
    doctor: () => diagnose(context),
    maintain: () => maintenance.run({ holdsProcess: true }),
    async close() {
      await Promise.all([delivery.close(), maintenance.close(), stopWatchingKeys()]);
      await Promise.all([context.database.close(), context.bus?.close(), context.limiter.close?.()]);
    },
  });
}

/** The routes, for Node hosts and for hosts that speak the Fetch API. */
function serveBy(context: Context): Auth['bearer'] {
  const handle = createHandler(context, Object.values(routes));
  return Object.freeze<Auth['bearer']>({
    handle,
    async fetch(request, client) {
      const reply = await handle(fromWebRequest(request, client));
      void discardWebBody(request);
      return toWebResponse(reply);
    },
  });
}

/** Logs at the start that passkeys cannot be verified here, before the first user notices. */
async function checkPasskeys({ settings, logger }: Context): Promise<void> {
  if (settings.passkeys === undefined) return;
  await checkWebAuthn().catch((error: unknown) => {
    logger.error('passkeys are on and cannot be verified on this machine', { ...describeError(error), remedy: WEBAUTHN_REMEDY });
  });
}

/** Logs at the start that passwords cannot be hashed here, before the first login fails. */
async function checkHasher({ hasher, logger }: Context): Promise<void> {
  try {
    await hasher.check();
  } catch (error) {
    const remedy = error instanceof BcryptUnavailableError ? error.remedy : undefined;
    logger.error('passwords cannot be hashed on this machine: nobody can register or log in', { ...describeError(error), remedy });
  }
}
