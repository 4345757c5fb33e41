import type { LoginResult } from '@sallyport/client';
import type { JSX } from 'preact';
import { client } from '../../client.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { PasswordField } from '../../components/password-field.js';
import { hasPasskeys } from '../../passkeys.js';
import { Link } from '../../router.js';

/** Login with email address or username, and password. */
export function PasswordLogin({ onAnswer }: { readonly onAnswer: (answer: LoginResult) => void }): JSX.Element {
  return (
    <Form
      action="Log in"
      isWide
      work={async ({ identifier = '', password = '' }) => onAnswer(await client.login({ identifier, password }))}
    >
      <Field name="identifier" label="Email address or username" autocomplete={hasPasskeys ? 'username webauthn' : 'username'} isVerbatim required autofocus />
      <PasswordField name="password" label="Password" autocomplete="current-password" />
      <Link href="/forgot-password" class="forgot">Forgot your password?</Link>
    </Form>
  );
}
