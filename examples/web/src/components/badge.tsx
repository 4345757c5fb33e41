import type { ComponentChildren, JSX } from 'preact';

export function Badge({ kind, children }: { readonly kind: 'good' | 'poor' | 'plain'; readonly children: ComponentChildren }): JSX.Element {
  return <span class={`badge ${kind}`}>{children}</span>;
}
