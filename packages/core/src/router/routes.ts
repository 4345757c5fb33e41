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

/** The routes of each feature, under the heading that they have in the OpenAPI document. */
const features = {
  Accounts: accountRoutes,
  Login: loginRoutes,
  'Email sign-in': emailLoginRoutes,
  Sessions: sessionRoutes,
  Devices: deviceRoutes,
  'Password reset': recoveryRoutes,
  Passwords: passwordRoutes,
  'Email address': emailRoutes,
  'Second factors': twoFactorRoutes,
  Passkeys: passkeyRoutes,
  'External providers': providerRoutes,
  Users: userRoutes,
  Events: auditRoutes,
  System: systemRoutes,
};

/** All routes, by their name in `auth.api` and their `operationId`. */
export const routes = {
  ...features.Accounts,
  ...features.Login,
  ...features['Email sign-in'],
  ...features.Sessions,
  ...features.Devices,
  ...features['Password reset'],
  ...features.Passwords,
  ...features['Email address'],
  ...features['Second factors'],
  ...features.Passkeys,
  ...features['External providers'],
  ...features.Users,
  ...features.Events,
  ...features.System,
};

/** The heading of each route. */
export const routeTags: ReadonlyMap<object, string> = new Map(
  Object.entries(features).flatMap(([tag, table]) => Object.values(table).map((route): [object, string] => [route, tag])),
);

export type RouteTable = typeof routes;

const types = typesOf(routes);

/** The input and data types of each route. */
export type RouteTypes = NonNullable<typeof types>;

/** The name of each. */
export const routeNames: ReadonlyMap<object, string> = new Map(Object.entries(routes).map(([name, route]) => [route, name]));
