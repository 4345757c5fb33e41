import type { Context } from '../../context.js';

/** What the application's page is told, in the fragment: browsers do not send it to any server (X3). */
export type ReturnFacts = { readonly code: string } | { readonly linked: string } | { readonly error: string };

/** The address of `urls.providerReturn` with these facts; `null` if it is not configured. */
export function returnLocation({ settings }: Context, facts: ReturnFacts): string | null {
  const { providerReturn: page } = settings.urls;
  if (page === undefined) return null;
  const [, ...fragment] = page.split('#');
  const inside = fragment.join('#');
  // After the route of a router that works by the fragment: `#/return?code=…`.
  const separator = fragment.length === 0 ? '#' : inside === '' ? '' : inside.includes('?') ? '&' : '?';
  return `${page}${separator}${new URLSearchParams({ ...facts }).toString()}`;
}
