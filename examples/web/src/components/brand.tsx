import type { JSX } from 'preact';

export function Brand(): JSX.Element {
  return (
    <span class="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M8 25V14a8 8 0 0 1 16 0v11M16 25v-9" />
        <circle cx="16" cy="14" r="1.9" />
      </svg>
      Sallyport
    </span>
  );
}
