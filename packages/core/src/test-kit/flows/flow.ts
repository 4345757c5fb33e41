import type { RouteTable } from '../../router/routes.js';
import type { ClientRequest } from '../../testing/client.js';
import type { LoggedIn } from '../../testing/login-as.js';
import type { MailTestApp } from '../mail-test-app.js';

/** One way through a route, good or bad. */
export interface Flow {
  readonly route: keyof RouteTable;
  /** The request, made after whatever has to have happened before. Ada is logged in. */
  readonly prepare: (world: MailTestApp, ada: LoggedIn) => Promise<ClientRequest> | ClientRequest;
  /** The status, or the code of the failure, that it ends with where nothing goes wrong. */
  readonly ends: number | string;
}

export type Flows = Readonly<Record<string, Flow>>;

export const post = (path: string, body: object, token?: string): ClientRequest => ({ method: 'POST', path, body, token });
