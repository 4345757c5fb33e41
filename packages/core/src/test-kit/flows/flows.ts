import type { ClientRequest } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { ADA, createMailTestApp } from '../mail-test-app.js';
import type { MailTestApp, MailTestAppOptions } from '../mail-test-app.js';
import { accountFlows } from './accounts.js';
import { emailLoginFlows } from './email-login.js';
import type { Flow, Flows } from './flow.js';
import { loginFlows } from './login.js';
import { passkeyFlows } from './passkeys.js';
import { PROVIDER_OPTIONS, providerFlows } from './providers.js';
import { recoveryFlows } from './recovery.js';
import { sessionFlows } from './sessions.js';
import { systemFlows } from './system.js';
import { twoFactorFlows } from './two-factor.js';
import { userFlows } from './users.js';

/** At least one scenario of every route, for tests of all routes. */
export const ROUTE_SCENARIOS: Flows = {
  ...accountFlows,
  ...loginFlows,
  ...emailLoginFlows,
  ...sessionFlows,
  ...recoveryFlows,
  ...twoFactorFlows,
  ...passkeyFlows,
  ...providerFlows,
  ...userFlows,
  ...systemFlows,
};

export interface BegunFlow {
  readonly world: MailTestApp;
  readonly ada: LoggedIn;
  readonly request: ClientRequest;
}

/** A test app that is prepared for the scenario's request: everything before it is done, and every mail is sent. */
export async function beginFlow({ prepare }: Flow, options: MailTestAppOptions = {}): Promise<BegunFlow> {
  const world = createMailTestApp({ session: { maxPerUser: 2 }, ...PROVIDER_OPTIONS, ...options });
  const ada = await loginAs(world.auth, { email: ADA });
  await loginAs(world.auth, { email: 'admin@example.com', role: 'admin' });
  const request = await prepare(world, ada);
  await world.mail.settled();
  return { world, ada, request };
}
