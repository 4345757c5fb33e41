import type { JSX } from 'preact';
import { client } from '../client.js';
import { useLoaded } from './loading.js';
import { PasswordField } from './password-field.js';

/** Asks for the account's password. Empty if the account has none, since a recent login is enough then. */
export function OwnPassword({ label, autofocus = false }: { readonly label: string; readonly autofocus?: boolean }): JSX.Element | null {
  const { data, failure } = useLoaded(() => client.me());
  // Not before it is known, so that no field appears and vanishes.
  if (data === undefined ? failure === null : !data.hasPassword) return null;
  return <PasswordField name="password" label={label} autocomplete="current-password" autofocus={autofocus} />;
}
