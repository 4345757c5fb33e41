import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { client, hasMailbox, useSession } from './client.js';
import type { Session, SignedIn } from './client.js';
import { Inside } from './components/inside.js';
import { LoadFailed } from './components/loading.js';
import { Outside } from './components/outside.js';
import { Page } from './components/page.js';
import { Account } from './pages/account/account.js';
import { Activity } from './pages/activity.js';
import { ForgotPassword } from './pages/forgot-password.js';
import { Goodbye } from './pages/goodbye.js';
import { EmailLogin } from './pages/login/email-login.js';
import { LinkLogin } from './pages/login/link-login.js';
import { Login } from './pages/login/login.js';
import { ProviderReturn } from './pages/login/provider-return.js';
import { Mailbox } from './pages/mailbox.js';
import { NotFound } from './pages/not-found.js';
import { Overview } from './pages/overview.js';
import { People } from './pages/people/people.js';
import { Person } from './pages/people/person.js';
import { Register } from './pages/register.js';
import { ResetPassword } from './pages/reset-password.js';
import { Security } from './pages/security/security.js';
import { SetUpFirst } from './pages/security/set-up-first.js';
import { Sessions } from './pages/sessions.js';
import { VerifyEmail } from './pages/verify-email.js';
import { navigate, nextPath, usePath } from './router.js';
import { failureOf } from './text/failures.js';

/** Pages for both signed-in and signed-out users. Mailed links lead to most of them. */
const LINKED: Readonly<Record<string, () => JSX.Element>> = {
  '/verify-email': () => <VerifyEmail />,
  '/reset-password': () => <ResetPassword isInvitation={false} />,
  '/accept-invitation': () => <ResetPassword isInvitation />,
  '/login/link': () => <LinkLogin />,
  '/provider-return': () => <ProviderReturn />,
  '/goodbye': () => <Goodbye />,
};

/** Pages for signed-out users. */
const OUTSIDE: Readonly<Record<string, () => JSX.Element>> = {
  '/login': () => <Login />,
  '/login/email': () => <EmailLogin />,
  '/register': () => <Register />,
  '/forgot-password': () => <ForgotPassword />,
  ...(hasMailbox && { '/mailbox': () => <Mailbox /> }),
};

/** Pages for signed-in users. */
const INSIDE: Readonly<Record<string, (session: SignedIn) => JSX.Element>> = {
  '/': (session) => <Overview session={session} />,
  '/account': (session) => <Account session={session} />,
  '/security': (session) => <Security session={session} />,
  '/sessions': () => <Sessions />,
  '/activity': (session) => <Activity session={session} />,
  ...(hasMailbox && { '/mailbox': () => <Mailbox /> }),
};

export function App(): JSX.Element | null {
  const session = useSession();
  const path = usePath();
  const linked = LINKED[path];
  if (linked !== undefined) return <Outside key={path}>{linked()}</Outside>;
  switch (session.status) {
    case 'loading':
      return null;
    case 'unreachable':
      return <Unreachable session={session} />;
    case 'signed-out':
      return <SignedOutPage path={path} />;
    case 'setup-required':
      return <Inside user={null}>{path === '/mailbox' && hasMailbox ? <Mailbox /> : <SetUpFirst />}</Inside>;
    case 'signed-in':
      return <SignedInPage path={path} session={session} />;
  }
}

function SignedOutPage({ path }: { readonly path: string }): JSX.Element | null {
  const page = OUTSIDE[path];
  useEffect(() => {
    if (page === undefined) navigate(path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`, { replace: true });
  }, [path]);
  return page === undefined ? null : <Outside key={path}>{page()}</Outside>;
}

function SignedInPage({ path, session }: { readonly path: string; readonly session: SignedIn }): JSX.Element {
  useEffect(() => {
    if (path in OUTSIDE && !(path in INSIDE)) navigate(nextPath(), { replace: true });
  }, [path]);
  if (path in OUTSIDE && !(path in INSIDE)) return <Inside user={session.user}>{null}</Inside>;
  return (
    <Inside user={session.user}>
      <div key={path}>{pageFor(path, session)}</div>
    </Inside>
  );
}

function pageFor(path: string, session: SignedIn): JSX.Element {
  const { id: ownId, role } = session.user;
  const id = /^\/people\/(\w+)$/.exec(path)?.[1];
  if (role === 'admin' && path === '/people') return <People />;
  if (role === 'admin' && id !== undefined) return <Person id={id} ownId={ownId} />;
  return INSIDE[path]?.(session) ?? <NotFound />;
}

function Unreachable({ session: { error } }: { readonly session: Extract<Session, { readonly status: 'unreachable' }> }): JSX.Element {
  const failure = failureOf(error) ?? { message: '', fields: {}, retryAt: undefined };
  useEffect(() => {
    const retry = (): void => void client.loadSession();
    const timer = setInterval(retry, 10_000);
    addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      removeEventListener('online', retry);
    };
  }, []);
  return (
    <Outside>
      <Page title="The server cannot be reached" lead="You are not logged out. This page goes on by itself as soon as the server answers.">
        <LoadFailed failure={failure} onRetry={() => client.loadSession()} />
      </Page>
    </Outside>
  );
}
