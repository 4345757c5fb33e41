import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { duration } from '../text/format.js';
import { Button } from './button.js';
import { Notice } from './notice.js';
import { useAction, useSecondsUntil } from './use-action.js';

/** One code a minute is sent, by any method. */
export const BETWEEN_CODES_MS = 60_000;

interface SendCodeProps {
  /** Whether a code was already sent by this method. */
  readonly isSent: boolean;
  /** When the next code may be sent, as `Date.now()`. */
  readonly sendAgainAt?: number | undefined;
  readonly send: () => Promise<unknown>;
}

/** A button that sends a code, and another one after a minute. */
export function SendCode({ isSent, sendAgainAt, send }: SendCodeProps): JSX.Element {
  const [sentAt, setSentAt] = useState(isSent ? Date.now() : undefined);
  const { run, isBusy, failure } = useAction(async () => {
    await send();
    setSentAt(Date.now());
  });
  const wait = useSecondsUntil(failure?.retryAt ?? sendAgainAt ?? (sentAt === undefined ? undefined : sentAt + BETWEEN_CODES_MS));
  return (
    <>
      {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
      {failure === null && sentAt !== undefined && <Notice kind="success">A code is on its way.</Notice>}
      <Button onClick={run} isBusy={isBusy} isDisabled={wait > 0}>
        {sentAt === undefined ? 'Send me a code' : 'Send another code'}{wait > 0 && ` in ${duration(wait)}`}
      </Button>
    </>
  );
}
