import type { JSX, TargetedInputEvent } from 'preact';
import { Field } from './field.js';

const DIGITS = 6;

/**
 * A code of six digits: one field, so that it can be pasted with any spaces and filled in from a text message. Sent by itself when
 * the last digit is there.
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

/** One of the backup codes, as it was printed or copied. */
export function BackupCodeField(): JSX.Element {
  return (
    <Field name="token" label="Backup code" hint="Each works once." class="code backup" autocomplete="off" isVerbatim placeholder="A1B2-C3D4-E5F6-G7H8" required autofocus />
  );
}
