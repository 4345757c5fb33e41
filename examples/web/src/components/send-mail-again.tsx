import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { duration } from '../text/format.js';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { useAction, useSecondsUntil } from './use-action.js';

/** The server sends one mail a minute, and silently ignores further requests. */
const BETWEEN_MAILS_MS = 60_000;

export function SendMailAgain({ again }: { readonly again: () => Promise<unknown> }): JSX.Element {
  const [sentAt, setSentAt] = useState(Date.now());
  const { run, isBusy, failure } = useAction(async () => {
    await again();
    setSentAt(Date.now());
  });
  const wait = useSecondsUntil(failure?.retryAt ?? sentAt + BETWEEN_MAILS_MS);
  return (
    <>
      {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
      <Button onClick={run} isBusy={isBusy} isDisabled={wait > 0} isWide>
        {wait > 0 ? `Send it again in ${duration(wait)}` : 'Send it again'}
      </Button>
    </>
  );
}
