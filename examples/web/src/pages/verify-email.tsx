import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client, useSession } from '../client.js';
import { Field } from '../components/field.js';
import { Form } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Loading, useLoaded } from '../components/loading.js';
import { MailSent } from '../components/mail-sent.js';
import { Notice } from '../components/notice.js';
import { Page } from '../components/page.js';
import { Link, takeToken } from '../router.js';
import { AuthClientError } from '@sallyport/client';

/** The page of a mailed verification link. The link can be opened more than once. */
export function VerifyEmail(): JSX.Element {
  const [token] = useState(takeToken);
  const verified = useLoaded(async () => {
    if (token === null) return false;
    try {
      await client.verifyEmail({ token });
    } catch (error) {
      if (error instanceof AuthClientError && error.status === 400) return false;
      throw error;
    }
    void client.loadSession();
    return true;
  }, [token]);
  return (
    <Loading of={verified}>
      {(isVerified) => (isVerified ? <Verified /> : <RequestNewLink />)}
    </Loading>
  );
}

function Verified(): JSX.Element {
  const isSignedIn = useSession().status === 'signed-in';
  return (
    <Page title="Address confirmed" lead="Thank you. This address is yours now.">
      <div class="emblem success"><Icon name="check" /></div>
      <Link href={isSignedIn ? '/' : '/login'} class="button primary wide">{isSignedIn ? 'Go on' : 'Log in'}</Link>
    </Page>
  );
}

function RequestNewLink(): JSX.Element {
  const [email, setEmail] = useState<string | null>(null);
  const again = async (address: string): Promise<void> => {
    await client.requestVerification({ email: address });
    setEmail(address);
  };
  if (email !== null) {
    return (
      <MailSent title="Look into your mailbox" again={() => again(email)}>
        If <b>{email}</b> has an account that is not confirmed yet, a new link is on its way.
      </MailSent>
    );
  }
  return (
    <Page title="Confirm your address">
      <Notice kind="warning">This link was already used, has expired or is incomplete. You can request a new one.</Notice>
      <Form action="Send a new link" isWide work={({ email: address = '' }) => again(address)}>
        <Field name="email" label="Email address" type="email" autocomplete="email" required />
      </Form>
      <p class="beneath"><Link href="/login">Go to the login</Link></p>
    </Page>
  );
}
