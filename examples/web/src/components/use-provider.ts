import { client } from '../client.js';
import { nextPath } from '../router.js';
import { withStepUp } from './step-up.js';
import { useAction } from './use-action.js';
import type { Action } from './use-action.js';

/** Redirects the browser to a provider, to log in or to link an account. It returns to `/provider-return`. */
export function useProvider({ link }: { readonly link: boolean }): Action<[provider: string]> {
  return useAction(async (provider: string) => {
    const redirectTo = link ? undefined : nextPath();
    const { url } = await withStepUp(() => client.startProvider({ provider, link, redirectTo }));
    location.assign(url);
  });
}
