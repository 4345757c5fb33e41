import { accountRoutes } from '../features/accounts/routes.js';
import type { AccountRoutes } from '../features/accounts/routes.js';
import { auditRoutes } from '../features/audit/routes.js';
import type { AuditRoutes } from '../features/audit/routes.js';
import { deviceRoutes } from '../features/devices/routes.js';
import type { DeviceRoutes } from '../features/devices/routes.js';
import { emailRoutes } from '../features/email/routes.js';
import type { EmailRoutes } from '../features/email/routes.js';
import { loginRoutes } from '../features/login/routes.js';
import type { LoginRoutes } from '../features/login/routes.js';
import { passwordRoutes } from '../features/passwords/routes.js';
import type { PasswordRoutes } from '../features/passwords/routes.js';
import { recoveryRoutes } from '../features/recovery/routes.js';
import type { RecoveryRoutes } from '../features/recovery/routes.js';
import { sessionRoutes } from '../features/sessions/routes.js';
import type { SessionRoutes } from '../features/sessions/routes.js';
import { userRoutes } from '../features/users/routes.js';
import type { UserRoutes } from '../features/users/routes.js';
import { twoFactorRoutes } from '../features/two-factor/routes.js';
import type { TwoFactorRoutes } from '../features/two-factor/routes.js';
import { systemRoutes } from '../features/system/routes.js';
import type { SystemRoutes } from '../features/system/routes.js';

export interface RouteTable<Profile = unknown>
  extends AccountRoutes<Profile>,
    LoginRoutes,
    SessionRoutes,
    DeviceRoutes,
    RecoveryRoutes,
    PasswordRoutes,
    EmailRoutes,
    TwoFactorRoutes<Profile>,
    UserRoutes<Profile>,
    AuditRoutes,
    SystemRoutes {}

/** Every route there is, by the name it has in `auth.api` and as `operationId`. */
export const routes: RouteTable = {
  ...accountRoutes,
  ...loginRoutes,
  ...sessionRoutes,
  ...deviceRoutes,
  ...recoveryRoutes,
  ...passwordRoutes,
  ...emailRoutes,
  ...twoFactorRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...systemRoutes,
};

/** The name of each. */
export const routeNames: ReadonlyMap<object, string> = new Map(Object.entries(routes).map(([name, route]) => [route, name]));
