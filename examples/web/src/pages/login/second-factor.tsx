import type { LoginResult } from '@sallyport/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Page } from '../../components/page.js';
import { SecondFactorForm } from '../../components/second-factor-form.js';
import { hasPasskeys } from '../../passkeys.js';
import { PasskeySecondFactor } from './passkey-second-factor.js';

export type Challenge = Extract<LoginResult, { readonly kind: 'second-factor-required' }>;

interface SecondFactorProps {
  readonly challenge: Challenge;
  readonly onBack: () => void;
  /** Called after a passkey. After a code, `challenge` handles the result. */
  readonly onDone?: () => void;
}

/** The second step of a login. */
export function SecondFactor({ challenge, onBack, onDone }: SecondFactorProps): JSX.Element {
  const { challengeToken, methods: answers, codeSent, sendAgainAfter, sendCode, verify, verifyBackupCode } = challenge;
  const methods = answers.filter((method) => method !== 'passkey');
  const [sendAgainAt] = useState(sendAgainAfter === undefined ? undefined : Date.now() + sendAgainAfter * 1_000);
  return (
    <Page title="Second step">
      <SecondFactorForm
        methods={methods}
        isCodeSent={codeSent}
        sendAgainAt={sendAgainAt}
        sendCode={(method) => sendCode({ method })}
        verify={verify}
        verifyBackupCode={verifyBackupCode}
        offersTrust
      />
      {hasPasskeys && answers.includes('passkey') && <PasskeySecondFactor challengeToken={challengeToken} onDone={onDone} />}
      <p class="beneath"><button type="button" class="text-button" onClick={onBack}>Back to the login</button></p>
    </Page>
  );
}
