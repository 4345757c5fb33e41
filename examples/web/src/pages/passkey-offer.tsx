import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../client.js';
import { Button } from '../components/button.js';
import { useLoaded } from '../components/loading.js';
import { Notice } from '../components/notice.js';
import { Link } from '../router.js';

/** Offers to add a passkey to an account without one. This browser remembers if the user declines. */
export function PasskeyOffer({ userId }: { readonly userId: string }): JSX.Element | null {
  const [isDeclined, setDeclined] = useState(() => wasDeclined(userId));
  const { data } = useLoaded(() => client.passkeys());
  if (isDeclined || data === undefined || data.passkeys.length > 0) return null;
  const decline = (): void => {
    rememberDecline(userId);
    setDeclined(true);
  };
  return (
    <Notice
      kind="info"
      action={
        <>
          <Link href="/security" class="button plain">Set up a passkey</Link>
          <Button kind="quiet" onClick={decline}>Not now</Button>
        </>
      }
    >
      Next time, log in by fingerprint, face or PIN.
    </Notice>
  );
}

const keyOf = (userId: string): string => `sallyport.passkey-offer-declined:${userId}`;

function wasDeclined(userId: string): boolean {
  try {
    return localStorage.getItem(keyOf(userId)) !== null;
  } catch {
    return false;
  }
}

function rememberDecline(userId: string): void {
  try {
    localStorage.setItem(keyOf(userId), 'yes');
  } catch {
    // Without storage, the browser offers it again.
  }
}
