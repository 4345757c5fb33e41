import { usePasskey } from '@sallyport/client/passkeys';
import type { JSX } from 'preact';
import { client } from '../client.js';
import { useLoaded } from './loading.js';
import { PasskeyButton } from './passkey-button.js';
import { useAction } from './use-action.js';

/** Step-up with a passkey, which replaces both password and second factor. For accounts that have one. */
export function PasskeyStepUp({ onDone }: { readonly onDone: () => void }): JSX.Element | null {
  const { data } = useLoaded(() => client.passkeys());
  const action = useAction(async () => {
    await usePasskey(client);
    onDone();
  });
  if (data === undefined || data.passkeys.length === 0) return null;
  return <PasskeyButton action={action}>Use a passkey</PasskeyButton>;
}
