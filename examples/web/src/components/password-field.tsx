import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from './field.js';

/** The server's `passwords.minLength` and `passwords.maxLength`. */
const MIN_LENGTH = 8;
const MAX_LENGTH = 128;

interface PasswordFieldProps {
  readonly name: string;
  readonly label: string;
  /** `autocomplete`, for password managers. */
  readonly autocomplete: 'current-password' | 'new-password';
  readonly autofocus?: boolean;
}

/** A password field. The text is hidden unless the user wants to see it. Pasting is allowed, since password managers paste. */
export function PasswordField({ name, label, autocomplete, autofocus = false }: PasswordFieldProps): JSX.Element {
  const [isShown, setShown] = useState(false);
  const isNew = autocomplete === 'new-password';
  return (
    <Field
      name={name}
      label={label}
      type={isShown ? 'text' : 'password'}
      autocomplete={autocomplete}
      required
      minLength={isNew ? MIN_LENGTH : undefined}
      maxLength={MAX_LENGTH}
      isVerbatim
      autofocus={autofocus}
      hint={isNew ? `At least ${MIN_LENGTH} characters. A few unrelated words are strong and easy to remember.` : undefined}
      trailing={
        <button type="button" class="reveal" aria-pressed={isShown} aria-label={`Show ${label.toLowerCase()}`} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Show'}
        </button>
      }
    />
  );
}
