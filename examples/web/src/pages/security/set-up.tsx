import type { RouteData } from '@sallyport/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { FactorMethod } from '../../client.js';
import { BackupCodes } from '../../components/backup-codes.js';
import { Button } from '../../components/button.js';
import { CodeField } from '../../components/code-field.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { withStepUp } from '../../components/step-up.js';
import { ScanCode } from './scan-code.js';

type Begun = RouteData<'setUpTwoFactor'>;

interface SetUpProps {
  readonly method: FactorMethod;
  readonly email?: string;
  readonly onDone: () => void;
}

/** Sets up a second factor in up to three steps: begin, confirm with a code, save the backup codes. */
export function SetUp({ method, email, onDone }: SetUpProps): JSX.Element {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [backupCodes, setBackupCodes] = useState<readonly string[] | null>(null);

  const begin = async (phone?: string): Promise<void> => {
    setBegun(await withStepUp(() => client.setUpTwoFactor({ method, ...(phone !== undefined && { phone }) })));
  };
  const confirm = async ({ token = '' }: Readonly<Record<string, string>>): Promise<void> => {
    const { backupCodes: codes } = await client.enableTwoFactor({ token });
    if (codes.length > 0) setBackupCodes(codes);
    else onDone();
  };

  if (backupCodes !== null) return <BackupCodes codes={backupCodes} onDone={onDone} />;
  if (begun === null) return <Begin method={method} email={email} begin={begin} />;
  return (
    <>
      {begun.method === 'totp' ? <ScanCode {...begun} /> : <p class="muted">Enter the code that we sent to <b>{begun.destination}</b>.</p>}
      <Form action="Turn on" work={confirm} aside={<Button kind="quiet" onClick={() => setBegun(null)}>Back</Button>}>
        <CodeField />
      </Form>
    </>
  );
}

interface BeginProps {
  readonly method: FactorMethod;
  readonly email: string | undefined;
  readonly begin: (phone?: string) => Promise<void>;
}

function Begin({ method, email, begin }: BeginProps): JSX.Element {
  switch (method) {
    case 'totp':
      return (
        <Form action="Show the QR code" work={() => begin()}>
          <p class="muted">You need an authenticator app on your phone, such as Google Authenticator, Microsoft Authenticator, 1Password or FreeOTP.</p>
        </Form>
      );
    case 'sms':
      return (
        <Form action="Send a code" work={({ phone }) => begin(phone)}>
          <Field name="phone" label="Phone number" type="tel" autocomplete="tel" hint="With its country, as in +44 7700 900123." required autofocus />
        </Form>
      );
    case 'email':
      return (
        <Form action="Send a code" work={() => begin()}>
          <p class="muted">We send a code to <b>{email}</b>.</p>
        </Form>
      );
  }
}
