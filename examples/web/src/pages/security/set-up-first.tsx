import type { JSX } from 'preact';
import { client } from '../../client.js';
import { Page } from '../../components/page.js';
import { Section } from '../../components/page.js';
import { hasPasskeys } from '../../passkeys.js';
import { PasskeyFirst } from './passkey-first.js';
import { SetUp } from './set-up.js';

/** The only page while two-factor is required but not set up. */
export function SetUpFirst(): JSX.Element {
  return (
    <Page title="Turn on two-factor" lead="Your account needs a second factor before it can be used.">
      {hasPasskeys && <PasskeyFirst />}
      <Section title="Authenticator app">
        <SetUp method="totp" onDone={() => void client.loadSession()} />
      </Section>
    </Page>
  );
}
