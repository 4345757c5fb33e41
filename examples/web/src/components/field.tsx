import type { ComponentChildren, JSX, TargetedInputEvent } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useFieldFault } from './form.js';

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  /** Default `text`. */
  readonly type?: 'text' | 'email' | 'password' | 'tel';
  /** `autocomplete`, for password managers and browsers. */
  readonly autocomplete?: 'name' | 'username' | 'username webauthn' | 'email' | 'tel' | 'current-password' | 'new-password' | 'one-time-code' | 'off';
  /** The initial value. */
  readonly value?: string | undefined;
  readonly required?: boolean;
  readonly autofocus?: boolean;
  /** For names and codes: no autocorrection. */
  readonly isVerbatim?: boolean;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly pattern?: string;
  /** Describes the pattern. */
  readonly title?: string;
  readonly placeholder?: string;
  readonly inputMode?: 'numeric' | 'email';
  readonly class?: string;
  readonly onInput?: (event: TargetedInputEvent<HTMLInputElement>) => void;
  readonly hint?: ComponentChildren;
  /** An element at the end of the field, such as a button. */
  readonly trailing?: ComponentChildren;
}

/** A field with its label, and a hint or an error below it. */
export function Field({ name, label, hint, trailing, type = 'text', value, isVerbatim = false, autofocus = false, ...rest }: FieldProps): JSX.Element {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const fault = useFieldFault(name);
  useEffect(() => {
    // Browsers apply `autofocus` only when a document opens, not when a step of a form appears.
    if (autofocus) input.current?.focus();
  }, []);
  const about = [hint !== undefined && `${id}-hint`, fault !== undefined && `${id}-fault`].filter((one) => one !== false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="control">
        <input
          ref={input}
          id={id}
          name={name}
          // Preact types input elements by their `type`. All of them have the attributes that are set here.
          type={type as 'text'}
          defaultValue={value}
          autoCapitalize={isVerbatim ? 'none' : undefined}
          spellcheck={isVerbatim ? false : undefined}
          aria-invalid={fault === undefined ? undefined : 'true'}
          aria-describedby={about.join(' ') || undefined}
          autofocus={autofocus}
          {...rest}
        />
        {trailing}
      </div>
      {fault !== undefined && <p id={`${id}-fault`} class="fault">{fault}</p>}
      {hint !== undefined && <p id={`${id}-hint`} class="hint">{hint}</p>}
    </div>
  );
}

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

export function Select({ name, label, options, value, onChange }: SelectProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} value={value} onChange={(event) => onChange?.(event.currentTarget.value)}>
        {options.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
    </div>
  );
}
