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

/** Where the link of a sign-in by email leads. It asks for a click: what opens links in mails must not log anybody in. */
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
      <Notice kind="warning">It was used already, has run out or is not complete.</Notice>
      <Link href="/login/email" class="button primary wide">Send me a code</Link>
      <p class="beneath"><Link href="/login">Go to the login</Link></p>
    </Page>
  );
}

/** Leaves a page that is the same for everybody, once somebody is logged in. */
export function enter(to = '/'): void {
  navigate(to, { replace: true });
}

/** The second step, which leads away from such a page. */
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
