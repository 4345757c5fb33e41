import { usePasskey } from '@sallyport/client/passkeys';
import type { JSX } from 'preact';
import { client } from '../../client.js';
import { PasskeyButton } from '../../components/passkey-button.js';
import { useAction } from '../../components/use-action.js';

interface PasskeySecondFactorProps {
  readonly challengeToken: string;
  readonly onDone: (() => void) | undefined;
}

/** A passkey as the second step, for accounts that have one. */
export function PasskeySecondFactor({ challengeToken, onDone }: PasskeySecondFactorProps): JSX.Element {
  const action = useAction(async () => {
    await usePasskey(client, { challengeToken });
    onDone?.();
  });
  return <PasskeyButton action={action}>Use a passkey</PasskeyButton>;
}
