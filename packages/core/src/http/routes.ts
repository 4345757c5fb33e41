import { accountRoutes } from '../features/accounts/routes.js';
import type { AccountRoutes } from '../features/accounts/routes.js';
import { deviceRoutes } from '../features/devices/routes.js';
import type { DeviceRoutes } from '../features/devices/routes.js';
import { loginRoutes } from '../features/login/routes.js';
import type { LoginRoutes } from '../features/login/routes.js';
import { sessionRoutes } from '../features/sessions/routes.js';
import type { SessionRoutes } from '../features/sessions/routes.js';
import { twoFactorRoutes } from '../features/two-factor/routes.js';
import type { TwoFactorRoutes } from '../features/two-factor/routes.js';
import { systemRoutes } from '../features/system/routes.js';
import type { SystemRoutes } from '../features/system/routes.js';

export interface RouteTable extends AccountRoutes, LoginRoutes, SessionRoutes, DeviceRoutes, TwoFactorRoutes, SystemRoutes {}

/** Every route there is, by the name it has in `auth.api` and as `operationId`. */
export const routes: RouteTable = {
  ...accountRoutes,
  ...loginRoutes,
  ...sessionRoutes,
  ...deviceRoutes,
  ...twoFactorRoutes,
  ...systemRoutes,
};
