import type { LoginResult } from '@sallyport/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client, hasMailbox } from '../../client.js';
import { CodeField } from '../../components/code-field.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Page } from '../../components/page.js';
import { SendMailAgain } from '../../components/send-mail-again.js';
import { Link } from '../../router.js';
import { SecondFactor } from './second-factor.js';
import type { Challenge } from './second-factor.js';

interface Asked {
  readonly email: string;
  /** The code works only together with this token, which stays in this tab. */
  readonly loginToken: string;
}

/** Login without a password, with a mailed code that is typed here. */
export function EmailLogin(): JSX.Element {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const ask = async (email: string): Promise<void> => {
    const { loginToken } = await client.requestEmailLogin({ email, method: 'code' });
    setAsked({ email, loginToken });
  };
  if (challenge !== null) return <SecondFactor challenge={challenge} onBack={() => setChallenge(null)} />;
  if (asked !== null) return <EnterCode asked={asked} again={() => ask(asked.email)} onAnswer={(answer) => setChallenge(challengeIn(answer))} />;
  return (
    <Page title="Log in by email" lead="We send you a code. If you have no account yet, you get one.">
      <Form action="Send the code" isWide work={({ email = '' }) => ask(email)}>
        <Field name="email" label="Email address" type="email" autocomplete="username" required autofocus />
      </Form>
      <p class="beneath"><Link href="/login">Log in with a password</Link></p>
    </Page>
  );
}

interface EnterCodeProps {
  readonly asked: Asked;
  readonly again: () => Promise<void>;
  readonly onAnswer: (answer: LoginResult) => void;
}

function EnterCode({ asked: { email, loginToken }, again, onAnswer }: EnterCodeProps): JSX.Element {
  return (
    <Page title="Enter the code" lead={`It is on its way to ${email}, and works for five minutes.`}>
      <Form
        action="Log in"
        isWide
        work={async ({ token: code = '' }) => onAnswer(await client.verifyEmailLogin({ loginToken, code }))}
      >
        <CodeField />
      </Form>
      {hasMailbox && <p><a href="/mailbox" target="_blank" rel="noopener">Open the development mailbox</a></p>}
      <SendMailAgain again={again} />
      <p class="beneath"><Link href="/login">Log in with a password</Link></p>
    </Page>
  );
}

/** The second step that the response requires, if any. */
export function challengeIn(answer: LoginResult): Challenge | null {
  return answer.kind === 'second-factor-required' ? answer : null;
}
