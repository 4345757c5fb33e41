import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface PageProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly lead?: ComponentChildren;
  /** An element next to the title. */
  readonly aside?: ComponentChildren;
}

let isFirst = true;

/**
 * A page's heading and content. When it opens, it sets the title of the window, and moves the focus to the heading for screen
 * readers, or to a field with `autofocus`.
 */
export function Page({ title, children, lead, aside }: PageProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sallyport`;
    const wanted = heading.current?.closest('main')?.querySelector<HTMLElement>('[autofocus]');
    if (wanted) wanted.focus();
    else if (!isFirst) heading.current?.focus();
    isFirst = false;
    scrollTo(0, 0);
  }, [title]);
  return (
    <>
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {aside}
      </header>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly aside?: ComponentChildren;
}

/** A card on a page. */
export function Section({ title, children, lead, aside }: SectionProps): JSX.Element {
  return (
    <section class="card" aria-label={title}>
      <header class="card-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {lead !== undefined && <p class="muted">{lead}</p>}
      {children}
    </section>
  );
}
