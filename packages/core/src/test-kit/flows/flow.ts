import type { RouteTable } from '../../router/routes.js';
import type { ClientRequest } from '../../testing/client.js';
import type { LoggedIn } from '../../testing/login-as.js';
import type { MailTestApp } from '../mail-test-app.js';

/** One scenario of a route, which succeeds or fails. */
export interface Flow {
  readonly route: keyof RouteTable;
  /** The request, after the necessary preparations. Ada is logged in. */
  readonly prepare: (world: MailTestApp, ada: LoggedIn) => Promise<ClientRequest> | ClientRequest;
  /** The expected status, or the code of the expected failure. */
  readonly ends: number | string;
}

export type Flows = Readonly<Record<string, Flow>>;

export const post = (path: string, body: object, token?: string): ClientRequest => ({ method: 'POST', path, body, token });
