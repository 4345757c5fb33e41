import type { Event } from '../client.js';

/** Descriptions of successful events for the owner of the account. */
const SUCCESSES: Readonly<Record<string, string>> = {
  'account.registered': 'Account created',
  'account.invited': 'Invited',
  'account.updated': 'Profile changed',
  'account.role-changed': 'Role changed',
  'account.claimed': 'Account taken over by the owner of its address',
  'account.disabled': 'Account disabled',
  'account.enabled': 'Account enabled again',
  'account.exported': 'Data exported',
  'login.succeeded': 'Logged in',
  'login.challenged': 'Password accepted, second step asked for',
  'password.rehashed': 'Password stored more strongly',
  'password.changed': 'Password changed',
  'password.reset-requested': 'Link for a new password asked for',
  'password.reset': 'New password chosen by a mailed link',
  'email.verification-requested': 'Link to confirm the address asked for',
  'email.verified': 'Email address confirmed',
  'email.change-requested': 'Change of email address begun',
  'email.changed': 'Email address changed',
  'session.reauthenticated': 'Password entered once more',
  'session.ended': 'Session ended',
  'session.all-ended': 'Logged out everywhere',
  'device.forgotten': 'Device forgotten',
  'two-factor.set-up-begun': 'Set-up of two-factor begun',
  'two-factor.enabled': 'Two-factor turned on',
  'two-factor.disabled': 'Two-factor turned off',
  'two-factor.code-sent': 'Code sent',
  'two-factor.passed': 'Second step passed',
  'two-factor.backup-codes-replaced': 'New backup codes made',
  'passkey.registered': 'Passkey added',
  'passkey.renamed': 'Passkey renamed',
  'passkey.removed': 'Passkey removed',
  'passkey.used': 'Passkey used',
  'identity.linked': 'External account linked',
  'identity.removed': 'External account removed',
  'message.delivered': 'Message sent',
};

const FAILURES: Readonly<Record<string, string>> = {
  'login.failed': 'Failed login',
  'password.throttled': 'Too many wrong passwords: slowed down',
  'password.change-refused': 'Change of password refused',
  'password.reset-requested': 'Link for a new password asked for, and not sent',
  'password.reset-refused': 'New password by link refused',
  'email.verification-requested': 'Link to confirm the address asked for, and not sent',
  'email.verification-refused': 'Link to confirm the address refused',
  'email.change-refused': 'Change of email address refused',
  'session.refresh-refused': 'Session could not be continued',
  'session.reused': 'An old session token came again: session ended',
  'session.reauthentication-failed': 'Wrong password at a second question',
  'two-factor.failed': 'Wrong code at the second step',
  'passkey.registration-refused': 'New passkey refused',
  'passkey.removal-refused': 'The only way to log in was not removed',
  'passkey.refused': 'Passkey refused',
  'message.dead': 'Message could not be delivered',
  'access.denied': 'Access denied',
};

/** An event in words. An unknown type is shown as its name. */
export function eventName({ type, outcome }: Event): string {
  const known = outcome === 'success' ? SUCCESSES[type] : FAILURES[type];
  return known ?? sentence(type, outcome);
}

/** Details such as the method or a new device, if the event has any. */
export function eventDetail({ detail }: Event): string | null {
  const facts = Object.entries(detail ?? {}).flatMap(([name, value]) => SHOWN[name]?.(value) ?? []);
  return facts.length === 0 ? null : facts.join(', ');
}

const METHODS: Readonly<Record<string, string>> = { totp: 'authenticator app', sms: 'text message', email: 'email', backup: 'backup code' };

const SHOWN: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  method: (value) => METHODS[String(value)],
  newDevice: (value) => (value === true ? 'on a new device' : undefined),
  revoked: (value) => (typeof value === 'number' && value > 0 ? `${value} ${value === 1 ? 'session' : 'sessions'} ended` : undefined),
  to: (value) => `now ${String(value)}`,
  kind: (value) => String(value).replaceAll('-', ' '),
};

function sentence(type: string, outcome: string): string {
  const words = type.replaceAll(/[.-]/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${outcome === 'failure' && !/refused|failed|denied/.test(type) ? ' (failed)' : ''}`;
}
