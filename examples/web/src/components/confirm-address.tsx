import type { JSX } from 'preact';
import { client } from '../client.js';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { useState } from 'preact/hooks';
import { useAction } from './use-action.js';

/** Reminds users to confirm their address, and sends the link again. */
export function ConfirmAddress({ email }: { readonly email: string }): JSX.Element {
  const [isSent, setSent] = useState(false);
  const { run, isBusy, failure } = useAction(async () => {
    await client.requestVerification({});
    setSent(true);
  });
  if (isSent) return <Notice kind="success">A new link is on its way to {email}.</Notice>;
  return (
    <Notice kind="warning" action={<Button onClick={run} isBusy={isBusy}>Send a new link</Button>}>
      {failure === null ? <>Confirm your address: open the link that we sent to <b>{email}</b>.</> : failure.message}
    </Notice>
  );
}
