import { AuthClientError } from '@sallyport/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../client.js';
import { Form } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Notice } from '../components/notice.js';
import { Page } from '../components/page.js';
import { PasswordField } from '../components/password-field.js';
import { Link, takeToken } from '../router.js';

type Step = 'asking' | 'done' | 'invalid-link';

/** The page of mailed links for resets and invitations: in both cases the user chooses a password. */
export function ResetPassword({ isInvitation }: { readonly isInvitation: boolean }): JSX.Element {
  const [token] = useState(takeToken);
  const [step, setStep] = useState<Step>(token === null ? 'invalid-link' : 'asking');
  const reset = async ({ newPassword = '' }: Readonly<Record<string, string>>): Promise<void> => {
    try {
      await client.resetPassword({ token: token ?? '', newPassword });
      setStep('done');
    } catch (error) {
      if (!(error instanceof AuthClientError) || error.code !== 'INVALID_RESET_TOKEN') throw error;
      setStep('invalid-link');
    }
  };
  if (step === 'done') return <Done isInvitation={isInvitation} />;
  if (step === 'invalid-link') return <InvalidLink isInvitation={isInvitation} />;
  return (
    <Page
      title={isInvitation ? 'Welcome' : 'Choose a new password'}
      lead={isInvitation ? 'You were invited. Choose a password, and the account is yours.' : 'You will be logged out everywhere, and log in with the new one.'}
    >
      <Form action="Save password" isWide work={reset}>
        <PasswordField name="newPassword" label="New password" autocomplete="new-password" autofocus />
      </Form>
    </Page>
  );
}

function Done({ isInvitation }: { readonly isInvitation: boolean }): JSX.Element {
  return (
    <Page title={isInvitation ? 'Your account is ready' : 'Password changed'} lead="You can log in with the new password now.">
      <div class="emblem success"><Icon name="check" /></div>
      <Link href="/login" class="button primary wide">Log in</Link>
    </Page>
  );
}

function InvalidLink({ isInvitation }: { readonly isInvitation: boolean }): JSX.Element {
  return (
    <Page title="This link does not work">
      <Notice kind="warning">It was already used, has expired or is incomplete.</Notice>
      {isInvitation ? (
        <p>Ask whoever invited you for a new one.</p>
      ) : (
        <Link href="/forgot-password" class="button primary wide">Send me a new link</Link>
      )}
      <p class="beneath"><Link href="/login">Go to the login</Link></p>
    </Page>
  );
}
