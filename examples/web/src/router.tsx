import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const CHANGED = 'sallyport:navigated';

/** Goes to another page of the application. */
export function navigate(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new Event(CHANGED));
}

/** A path of this application; `/` instead of anything else, so that an address never leads to another origin. */
export function ownPath(path: string | null | undefined): string {
  return path != null && /^\/[\w-]/.test(path) ? path : '/';
}

/** Where somebody was going before the login. */
export function nextPath(): string {
  return ownPath(new URLSearchParams(location.search).get('next'));
}

/** The path of the page that is shown. */
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
  /** Where the text alone does not tell where it leads. */
  readonly label?: string;
  /** Whether it leads to what is shown when that is beneath it, as `/people/…` is beneath `/people`. */
  readonly isSection?: boolean;
}

/** A link to another page of the application, which opens without a reload. */
export function Link({ href, children, class: className, label, isSection = false }: LinkProps): JSX.Element {
  const path = usePath();
  const isCurrent = path === href || (isSection && path.startsWith(`${href}/`));
  const open = (event: MouseEvent): void => {
    // Whoever wants a new tab or a download gets it from the browser.
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

/** The token of a mailed link. It stands behind `#`, which browsers send to nobody, and is taken out of the address at once. */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', location.pathname);
  return token;
}
