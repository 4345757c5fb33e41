import type { LoginResult } from '@sallyport/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { hasPasskeys } from '../../passkeys.js';
import { Link } from '../../router.js';
import { PasskeyLogin } from './passkey-login.js';
import { PasswordLogin } from './password-login.js';
import { ProviderLogin } from './provider-login.js';
import { SecondFactor } from './second-factor.js';
import type { Challenge } from './second-factor.js';

/**
 * Each way to log in is a component in this folder, which passes the server's response to `onAnswer`. That asks for a second factor
 * if required. After the login the application shows the next page automatically.
 */
export function Login(): JSX.Element {
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const onAnswer = (answer: LoginResult): void => {
    if (answer.kind === 'second-factor-required') setChallenge(answer);
  };
  if (challenge !== null) return <SecondFactor challenge={challenge} onBack={() => setChallenge(null)} />;
  return (
    <Page title="Log in">
      <Ended />
      <PasswordLogin onAnswer={onAnswer} />
      {hasPasskeys && <PasskeyLogin />}
      <ProviderLogin />
      <p class="beneath"><Link href={`/login/email${location.search}`}>Log in by email, without a password</Link></p>
      <p class="beneath">New here? <Link href="/register">Create an account</Link></p>
    </Page>
  );
}

/** Why a user who was signed in sees this page. */
function Ended(): JSX.Element | null {
  const { session } = client;
  if (session.status !== 'signed-out' || session.reason === 'none') return null;
  return session.reason === 'logout' ? (
    <Notice kind="success">You are logged out.</Notice>
  ) : (
    <Notice kind="info">Your session has ended. Log in again to go on.</Notice>
  );
}
