import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FactorMethod } from '../client.js';
import { BackupCodeField, CodeField } from './code-field.js';
import { Form } from './form.js';
import { BETWEEN_CODES_MS, SendCode } from './send-code.js';

export const METHOD_NAMES: Readonly<Record<FactorMethod, string>> = {
  totp: 'Authenticator app',
  sms: 'Text message',
  email: 'Email',
};

type Way = FactorMethod | 'backup';

interface SecondFactorFormProps {
  /** The account's methods, the preferred one first. */
  readonly methods: readonly FactorMethod[];
  /** Whether a code was already sent by the first method. */
  readonly isCodeSent: boolean;
  /** When the next code may be sent, as `Date.now()`. */
  readonly sendAgainAt?: number | undefined;
  readonly sendCode: (method: FactorMethod) => Promise<unknown>;
  readonly verify: (input: { readonly token: string; readonly method: FactorMethod; readonly trustDevice?: boolean }) => Promise<unknown>;
  readonly verifyBackupCode: (input: { readonly code: string; readonly trustDevice?: boolean }) => Promise<unknown>;
  /** Whether to offer to trust this device. */
  readonly offersTrust?: boolean;
}

/** Asks for a second factor: a code of an app or a message, or a backup code. */
export function SecondFactorForm(props: SecondFactorFormProps): JSX.Element {
  const { methods, isCodeSent, sendCode, verify, verifyBackupCode, offersTrust = false } = props;
  const [way, setWay] = useState<Way>(methods[0] ?? 'backup');
  const [sent, setSent] = useState<FactorMethod | undefined>(isCodeSent ? methods[0] : undefined);
  const [sendAgainAt, setSendAgainAt] = useState(isCodeSent ? Date.now() + BETWEEN_CODES_MS : props.sendAgainAt);
  const send = async (method: FactorMethod): Promise<void> => {
    await sendCode(method);
    setSent(method);
    setSendAgainAt(Date.now() + BETWEEN_CODES_MS);
  };
  const submit = async ({ token = '', trust }: Readonly<Record<string, string>>): Promise<unknown> => {
    const more = trust === undefined ? {} : { trustDevice: true };
    return way === 'backup' ? verifyBackupCode({ code: token, ...more }) : verify({ token, method: way, ...more });
  };
  const others = ([...methods, 'backup'] as const).filter((one) => one !== way);
  return (
    <>
      <p class="muted">{EXPLANATIONS[way]}</p>
      {(way === 'sms' || way === 'email') && (
        <SendCode key={way} isSent={sent === way} sendAgainAt={sendAgainAt} send={() => send(way)} />
      )}
      <Form key={way} action="Continue" work={submit} isWide>
        {way === 'backup' ? <BackupCodeField /> : <CodeField />}
        {offersTrust && (
          <label class="check"><input type="checkbox" name="trust" value="yes" /> Do not ask again on this device for 30 days</label>
        )}
      </Form>
      <div class="other-ways" role="group" aria-label="Other ways">
        {others.map((other) => (
          <button key={other} type="button" class="text-button" onClick={() => setWay(other)}>
            {other === 'backup' ? 'Use a backup code' : `Use ${OTHER_NAMES[other]}`}
          </button>
        ))}
      </div>
    </>
  );
}

const OTHER_NAMES: Readonly<Record<FactorMethod, string>> = { totp: 'the authenticator app', sms: 'a text message', email: 'an email' };

const EXPLANATIONS: Readonly<Record<Way, string>> = {
  totp: 'Enter the code that your authenticator app shows for this account.',
  sms: 'Enter the code from the text message to your phone.',
  email: 'Enter the code from the email to your address.',
  backup: 'Enter one of the backup codes that you kept when you turned two-factor on.',
};
