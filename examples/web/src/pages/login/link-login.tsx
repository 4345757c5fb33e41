import { AuthClientError } from '@sallyport/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Form } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { Link, navigate, takeToken } from '../../router.js';
import { challengeIn } from './email-login.js';
import { SecondFactor } from './second-factor.js';
import type { Challenge } from './second-factor.js';

/** The page of a mailed login link. It requires a click, so that programs that open links in mails do not log in. */
export function LinkLogin(): JSX.Element {
  const [token, setToken] = useState(takeToken);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const logIn = async (): Promise<void> => {
    try {
      const next = challengeIn(await client.verifyEmailLogin({ token: token ?? '' }));
      if (next === null) enter();
      else setChallenge(thenEnter(next));
    } catch (error) {
      if (!(error instanceof AuthClientError) || error.code !== 'INVALID_LOGIN_TOKEN') throw error;
      setToken(null);
    }
  };
  if (challenge !== null) return <SecondFactor challenge={challenge} onBack={() => navigate('/login')} onDone={() => enter()} />;
  if (token !== null) {
    return (
      <Page title="Log in" lead="One click, and you are in.">
        <Form action="Log in" isWide work={logIn} />
      </Page>
    );
  }
  return (
    <Page title="This link does not work">
      <Notice kind="warning">It was already used, has expired or is incomplete.</Notice>
      <Link href="/login/email" class="button primary wide">Send me a code</Link>
      <p class="beneath"><Link href="/login">Go to the login</Link></p>
    </Page>
  );
}

/** Leaves a page for signed-out users after the login. */
export function enter(to = '/'): void {
  navigate(to, { replace: true });
}

/** The second step, which then leaves the page. */
export function thenEnter(challenge: Challenge, to = '/'): Challenge {
  return {
    ...challenge,
    async verify(...code) {
      const answer = await challenge.verify(...code);
      enter(to);
      return answer;
    },
    async verifyBackupCode(...code) {
      const answer = await challenge.verifyBackupCode(...code);
      enter(to);
      return answer;
    },
  };
}
