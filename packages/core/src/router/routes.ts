import { accountRoutes } from '../features/accounts/routes.js';
import { auditRoutes } from '../features/audit/routes.js';
import { deviceRoutes } from '../features/devices/routes.js';
import { emailLoginRoutes } from '../features/email-login/routes.js';
import { emailRoutes } from '../features/email/routes.js';
import { loginRoutes } from '../features/login/routes.js';
import { passwordRoutes } from '../features/passwords/routes.js';
import { providerRoutes } from '../features/providers/routes.js';
import { recoveryRoutes } from '../features/recovery/routes.js';
import { sessionRoutes } from '../features/sessions/routes.js';
import { userRoutes } from '../features/users/routes.js';
import { twoFactorRoutes } from '../features/two-factor/routes.js';
import { typesOf } from './route-types.js';
import { passkeyRoutes } from '../features/passkeys/routes.js';
import { systemRoutes } from '../features/system/routes.js';

/** Every route there is, by the name it has in `auth.api` and as `operationId`. */
export const routes = {
  ...accountRoutes,
  ...loginRoutes,
  ...emailLoginRoutes,
  ...sessionRoutes,
  ...deviceRoutes,
  ...recoveryRoutes,
  ...passwordRoutes,
  ...emailRoutes,
  ...twoFactorRoutes,
  ...passkeyRoutes,
  ...providerRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...systemRoutes,
};

export type RouteTable = typeof routes;

const types = typesOf(routes);

/** What each route takes and gives. */
export type RouteTypes = NonNullable<typeof types>;

/** The name of each. */
export const routeNames: ReadonlyMap<object, string> = new Map(Object.entries(routes).map(([name, route]) => [route, name]));
