import type { Caller, Deps } from '../deps.js';
import { AuthError } from '../errors.js';
import { ACCESS_RULES, enforceAccess } from './access.js';
import { authenticate } from './authenticate.js';
import type { HandlerResult, Route, RouteContext } from './define-route.js';
import type { Authenticated } from './principal.js';

export interface Performance<Input, Data> {
  readonly route: Route<Input, Data>;
  /** The access token that came along, if one did. */
  readonly token: () => string | null;
  readonly caller: Caller;
  readonly mount: string;
  readonly cookies: RouteContext['cookies'];
  /** Asked for after access was granted: a stranger's body is not worth reading. */
  readonly readInput: () => unknown;
  /** Told who is asking, as soon as that is known. */
  readonly onAuthenticated?: (authenticated: Authenticated) => void;
}

/** Lets the caller in or not, then does the work: the one path of `auth.handle` and `auth.api`. */
export async function perform<Input, Data>(
  deps: Deps,
  { route, token, caller, mount, cookies, readInput, onAuthenticated }: Performance<Input, Data>,
): Promise<HandlerResult<Data>> {
  const { authenticated, refusal } = await admit(deps, { route, token, caller });
  if (authenticated !== null) onAuthenticated?.(authenticated);
  const context = { caller, mount, cookies, current: authenticated?.state ?? null, refusal };
  return route.run(deps, { context, input: await readInput() });
}

interface Admission {
  readonly authenticated: Authenticated | null;
  readonly refusal: AuthError | null;
}

async function admit<Input, Data>(
  deps: Deps,
  { route, token, caller }: Pick<Performance<Input, Data>, 'route' | 'token' | 'caller'>,
): Promise<Admission> {
  const { access } = route;
  if (access === 'public') return { authenticated: null, refusal: null };
  if (access === 'public-or-session') return admitIfPossible(deps, { token, caller });
  const presented = token();
  if (presented === null) throw new AuthError('UNAUTHENTICATED');
  const authenticated = await authenticate(deps, { token: presented, caller });
  await enforceAccess(deps, { authenticated, rule: ACCESS_RULES[access], caller });
  return { authenticated, refusal: null };
}

async function admitIfPossible(
  deps: Deps,
  { token, caller }: Pick<Performance<unknown, unknown>, 'token' | 'caller'>,
): Promise<Admission> {
  try {
    const presented = token();
    if (presented === null) return { authenticated: null, refusal: null };
    return { authenticated: await authenticate(deps, { token: presented, caller }), refusal: null };
  } catch (error) {
    if (error instanceof AuthError && error.code === 'INVALID_TOKEN') return { authenticated: null, refusal: error };
    throw error;
  }
}
