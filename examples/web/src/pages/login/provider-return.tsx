import { AuthClientError, returnFromProvider } from '@sallyport/client';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { Link, navigate, ownPath } from '../../router.js';
import { failureOf, providerFailure } from '../../text/failures.js';
import { enter, thenEnter } from './link-login.js';
import { SecondFactor } from './second-factor.js';
import type { Challenge } from './second-factor.js';

/** The page to which external providers redirect: completes the login, or shows why it failed. */
export function ProviderReturn(): JSX.Element {
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const finish = async (): Promise<void> => {
    try {
      const answer = await returnFromProvider(client);
      if (answer?.kind === 'failed') setFailure(providerFailure(answer.code));
      else if (answer?.kind === 'linked') navigate(`/security?linked=${encodeURIComponent(answer.provider)}`, { replace: true });
      else if (answer?.kind === 'second-factor-required') setChallenge(thenEnter(answer, ownPath(answer.redirectTo)));
      else enter(ownPath(answer?.redirectTo));
    } catch (error) {
      setFailure(error instanceof AuthClientError ? providerFailure(error.code) : (failureOf(error)?.message ?? ''));
    }
  };
  useEffect(() => void finish(), []);
  if (challenge !== null) return <SecondFactor challenge={challenge} onBack={() => navigate('/login')} />;
  if (failure === null) return <Page title="One moment">{null}</Page>;
  const isInside = client.session.status === 'signed-in';
  return (
    <Page title="That did not work">
      <Notice kind="danger">{failure}</Notice>
      <Link href={isInside ? '/security' : '/login'} class="button primary wide">{isInside ? 'Go to Security' : 'Go to the login'}</Link>
    </Page>
  );
}
