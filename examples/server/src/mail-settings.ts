import type { EnvironmentReader } from './environment.js';

/** The mail provider and its settings. */
export type EmailSettings =
  | { readonly provider: 'console' }
  | { readonly provider: 'resend' | 'sendgrid'; readonly apiKey: string; readonly from: string }
  | {
      readonly provider: 'smtp';
      readonly host: string;
      /** `undefined`: the default port for `security`. */
      readonly port: number | undefined;
      readonly security: 'tls' | 'starttls' | 'none' | undefined;
      readonly user: string | undefined;
      readonly password: string | undefined;
      readonly from: string;
    };

/** The provider of text messages and its settings. With `none`, codes by SMS are not offered. */
export type SmsSettings =
  | { readonly provider: 'console' | 'none' }
  | { readonly provider: 'twilio'; readonly accountSid: string; readonly authToken: string; readonly from: string };

const SECURITIES = ['tls', 'starttls', 'none'] as const;

export function readEmailSettings(env: EnvironmentReader, isProduction: boolean): EmailSettings {
  if (isProduction) env.required('EMAIL_PROVIDER', 'in production: resend, sendgrid or smtp, or console if that is intended');
  const provider = env.oneOf('EMAIL_PROVIDER', ['console', 'resend', 'sendgrid', 'smtp'], 'console');
  const why = `for EMAIL_PROVIDER=${provider}`;
  switch (provider) {
    case 'console':
      return { provider };
    case 'resend':
    case 'sendgrid':
      return { provider, apiKey: env.required('EMAIL_SERVICE_API_KEY', why), from: env.required('EMAIL_FROM', why) };
    case 'smtp':
      return {
        provider,
        host: env.required('SMTP_HOST', why),
        port: env.text('SMTP_PORT') === undefined ? undefined : env.wholeNumber('SMTP_PORT', { from: 1, to: 65_535, fallback: 587 }),
        security: env.text('SMTP_SECURITY') === undefined ? undefined : env.oneOf('SMTP_SECURITY', SECURITIES, 'starttls'),
        user: env.text('SMTP_USER'),
        password: env.text('EMAIL_SERVICE_API_KEY'),
        from: env.required('EMAIL_FROM', why),
      };
  }
}

export function readSmsSettings(env: EnvironmentReader, isProduction: boolean): SmsSettings {
  const otherwise = isProduction ? 'none' : 'console';
  const provider = env.oneOf('SMS_PROVIDER', ['console', 'none', 'twilio'], otherwise);
  const why = `for SMS_PROVIDER=${provider}`;
  if (provider !== 'twilio') return { provider };
  return {
    provider,
    accountSid: env.required('SMS_SERVICE_ACCOUNT', why),
    authToken: env.required('SMS_SERVICE_API_KEY', why),
    from: env.required('SMS_FROM', why),
  };
}
