import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly type?: 'button' | 'submit';
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  readonly isWide?: boolean;
  readonly onClick?: () => void | Promise<unknown>;
  /** The accessible name, if the text alone is ambiguous. */
  readonly label?: string | undefined;
}

/** While busy, it keeps its width and the focus, and ignores clicks. */
export function Button({ children, type = 'button', kind = 'plain', isBusy = false, isDisabled = false, isWide = false, onClick, label }: ButtonProps): JSX.Element {
  return (
    <button type={type} class={`button ${kind}${isWide ? ' wide' : ''}`} aria-disabled={isBusy} disabled={isDisabled} onClick={() => void (isBusy || onClick?.())} aria-label={label}>
      {isBusy && <span class="spinner" aria-hidden="true" />}
      <span class={isBusy ? 'faded' : undefined}>{children}</span>
    </button>
  );
}
