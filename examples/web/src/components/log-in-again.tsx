import type { JSX } from 'preact';
import { client } from '../client.js';
import { navigate } from '../router.js';
import { Button } from './button.js';

const WAYS = { PROVIDER: 'with your provider', EMAIL: 'by email' } as const;

/** For accounts without a password and a passkey: they prove their identity with a new login. */
export function LogInAgain({ by, onLeave }: { readonly by: keyof typeof WAYS; readonly onLeave: () => void }): JSX.Element {
  const leave = async (): Promise<void> => {
    const next = encodeURIComponent(location.pathname);
    await client.logout();
    onLeave();
    navigate(`/login?next=${next}`, { replace: true });
  };
  return (
    <>
      <p class="muted">Your login is too long ago for this, and your account has no password. Log in again {WAYS[by]}, then do it once more.</p>
      <div class="actions"><Button kind="primary" onClick={leave}>Log in again</Button></div>
    </>
  );
}
