import { AuthClientError } from '@sallyport/client';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../client.js';
import { hasPasskeys } from '../passkeys.js';
import { Cancelled } from '../text/failures.js';
import { Dialog } from './dialog.js';
import { Form } from './form.js';
import { LogInAgain } from './log-in-again.js';
import { useLoaded, Loading } from './loading.js';
import { PasskeyStepUp } from './passkey-step-up.js';
import { PasswordField } from './password-field.js';
import { SecondFactorForm } from './second-factor-form.js';

type Requirement = NonNullable<AuthClientError['requires']>;

interface Question {
  readonly requires: Requirement;
  readonly settle: (error?: Cancelled) => void;
}

let ask: ((question: Question) => void) | undefined;

/** Runs an action. If it requires step-up, asks for a proof in a dialog and runs it again. */
export async function withStepUp<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AuthClientError) || error.requires === undefined || ask === undefined) throw error;
    const { requires } = error;
    await new Promise<void>((resolve, reject) => ask?.({ requires, settle: (cancelled) => (cancelled ? reject(cancelled) : resolve()) }));
    return withStepUp(work);
  }
}

/** The dialog of `withStepUp`, once in the layout. */
export function StepUp(): JSX.Element | null {
  const [question, setQuestion] = useState<Question | null>(null);
  useEffect(() => {
    ask = setQuestion;
    return () => {
      ask = undefined;
    };
  }, []);
  if (question === null) return null;
  const settle = (error?: Cancelled): void => {
    setQuestion(null);
    question.settle(error);
  };
  return (
    <Dialog title="Is it you?" onClose={() => settle(new Cancelled())}>
      <Proof requires={question.requires} onDone={settle} onLeave={() => settle(new Cancelled())} />
      {hasPasskeys && <PasskeyStepUp onDone={settle} />}
    </Dialog>
  );
}

interface ProofProps {
  readonly requires: Requirement;
  readonly onDone: () => void;
  readonly onLeave: () => void;
}

/** The proofs that the account has. Not every account has a password. */
function Proof({ requires, onDone, onLeave }: ProofProps): JSX.Element {
  switch (requires) {
    case 'PASSWORD':
      return <ByPassword onDone={onDone} />;
    case 'SECOND_FACTOR':
      return <BySecondFactor onDone={onDone} />;
    case 'PASSKEY':
      return hasPasskeys ? <p class="muted">Use your passkey once more. This keeps your account safe if somebody finds your computer unlocked.</p> : <LogInAgain by="EMAIL" onLeave={onLeave} />;
    case 'PROVIDER':
    case 'EMAIL':
      return <LogInAgain by={requires} onLeave={onLeave} />;
  }
}

function ByPassword({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const confirm = async ({ password = '' }: Readonly<Record<string, string>>): Promise<void> => {
    await client.reauthenticate({ password });
    onDone();
  };
  return (
    <>
      <p class="muted">Enter your password once more. This keeps your account safe if somebody finds your computer unlocked.</p>
      <Form action="Continue" work={confirm}>
        <PasswordField name="password" label="Password" autocomplete="current-password" autofocus />
      </Form>
    </>
  );
}

function BySecondFactor({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const twoFactor = useLoaded(() => client.twoFactor());
  return (
    <Loading of={twoFactor}>
      {({ methods }) => (
        <SecondFactorForm
          methods={methods}
          isCodeSent={false}
          sendCode={(method) => client.challengeTwoFactor({ method })}
          verify={async (input) => {
            await client.verifyTwoFactor(input);
            onDone();
          }}
          verifyBackupCode={async (input) => {
            await client.verifyBackupCode(input);
            onDone();
          }}
        />
      )}
    </Loading>
  );
}
