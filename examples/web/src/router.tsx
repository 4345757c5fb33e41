import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const CHANGED = 'sallyport:navigated';

/** Opens another page of the application. */
export function navigate(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new Event(CHANGED));
}

/** A path of this application. Returns `/` for anything else, so that an address never leads to another origin. */
export function ownPath(path: string | null | undefined): string {
  return path != null && /^\/[\w-]/.test(path) ? path : '/';
}

/** The page that the user wanted before the login. */
export function nextPath(): string {
  return ownPath(new URLSearchParams(location.search).get('next'));
}

/** The path of the current page. */
export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const update = (): void => setPath(location.pathname);
    for (const name of [CHANGED, 'popstate']) addEventListener(name, update);
    return () => {
      for (const name of [CHANGED, 'popstate']) removeEventListener(name, update);
    };
  }, []);
  return path;
}

interface LinkProps {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** The accessible name, if the text alone is ambiguous. */
  readonly label?: string;
  /** Whether the link counts as current also for pages below it, as `/people/…` is below `/people`. */
  readonly isSection?: boolean;
}

/** A link to another page of the application, which opens without a reload. */
export function Link({ href, children, class: className, label, isSection = false }: LinkProps): JSX.Element {
  const path = usePath();
  const isCurrent = path === href || (isSection && path.startsWith(`${href}/`));
  const open = (event: MouseEvent): void => {
    // Leave clicks for a new tab or a download to the browser.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <a href={href} onClick={open} class={className} aria-label={label} aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  );
}

/** The token of a mailed link. It follows `#`, so browsers do not send it, and it is removed from the address at once. */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', location.pathname);
  return token;
}
