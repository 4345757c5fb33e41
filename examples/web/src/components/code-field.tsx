import type { JSX, TargetedInputEvent } from 'preact';
import { Field } from './field.js';

const DIGITS = 6;

/**
 * A code of six digits in one field, so that it can be pasted with spaces and filled in from a text message. The last digit submits
 * the form.
 */
export function CodeField({ label = 'Code', hint }: { readonly label?: string; readonly hint?: string }): JSX.Element {
  const onInput = ({ currentTarget: input }: TargetedInputEvent<HTMLInputElement>): void => {
    const digits = input.value.replaceAll(/\D/g, '').slice(0, DIGITS);
    if (input.value !== digits) input.value = digits;
    if (digits.length === DIGITS) input.form?.requestSubmit();
  };
  return (
    <Field
      name="token"
      label={label}
      hint={hint}
      class="code"
      inputMode="numeric"
      autocomplete="one-time-code"
      pattern={`\\d{${DIGITS}}`}
      title={`${DIGITS} digits`}
      required
      autofocus
      onInput={onInput}
    />
  );
}

/** A field for a backup code. */
export function BackupCodeField(): JSX.Element {
  return (
    <Field name="token" label="Backup code" hint="Each works once." class="code backup" autocomplete="off" isVerbatim placeholder="A1B2-C3D4-E5F6-G7H8" required autofocus />
  );
}
