import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly type?: 'button' | 'submit';
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  readonly isWide?: boolean;
  readonly onClick?: () => void | Promise<unknown>;
  /** Where the text alone does not tell what it is about. */
  readonly label?: string | undefined;
}

/** While it is busy it keeps its width and the keyboard's place, and takes no second click. */
export function Button({ children, type = 'button', kind = 'plain', isBusy = false, isDisabled = false, isWide = false, onClick, label }: ButtonProps): JSX.Element {
  return (
    <button type={type} class={`button ${kind}${isWide ? ' wide' : ''}`} aria-disabled={isBusy} disabled={isDisabled} onClick={() => void (isBusy || onClick?.())} aria-label={label}>
      {isBusy && <span class="spinner" aria-hidden="true" />}
      <span class={isBusy ? 'faded' : undefined}>{children}</span>
    </button>
  );
}
