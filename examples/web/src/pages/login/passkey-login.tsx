import { AuthClientError } from '@sallyport/client';
import { offerPasskeys, usePasskey } from '@sallyport/client/passkeys';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../../client.js';
import { PasskeyButton } from '../../components/passkey-button.js';
import { useAction } from '../../components/use-action.js';
import { failureOf } from '../../text/failures.js';

/** Login with a passkey, offered in the name field and by a button. Browsers allow one request at a time, so the button ends the offer. */
export function PasskeyLogin(): JSX.Element {
  const [offers, setOffers] = useState(1);
  const action = useAction(async () => {
    try {
      await usePasskey(client);
    } catch (error) {
      setOffers(offers + 1);
      throw error;
    }
  });
  useEffect(() => {
    const leaving = new AbortController();
    offerPasskeys(client, { signal: leaving.signal }).catch((error: unknown) => {
      // If the server does not answer, show no error: the user has not done anything yet.
      if (error instanceof AuthClientError) action.setFailure(failureOf(error));
    });
    return () => leaving.abort();
  }, [offers]);
  return <PasskeyButton action={action}>Log in with a passkey</PasskeyButton>;
}
