import { consoleNotifier } from '@sallyport/core';
import type { Notifier } from '@sallyport/core';
import { combine } from '@sallyport/notifiers/combine';
import { twilioNotifier } from '@sallyport/notifiers/twilio';
import type { EmailSettings, SmsSettings } from './mail-settings.js';

/** The notifier for these settings. Only the chosen provider is loaded. */
export async function createNotifier(email: EmailSettings, sms: SmsSettings): Promise<Notifier> {
  return combine({ email: await createMailer(email), sms: createTexter(sms) });
}

async function createMailer(settings: EmailSettings): Promise<Notifier> {
  switch (settings.provider) {
    case 'console':
      return consoleNotifier();
    case 'resend':
      return (await import('@sallyport/notifiers/resend')).resendNotifier(settings);
    case 'sendgrid':
      return (await import('@sallyport/notifiers/sendgrid')).sendgridNotifier(settings);
    case 'smtp':
      return (await import('@sallyport/notifiers/smtp')).smtpNotifier(settings);
  }
}

function createTexter(settings: SmsSettings): Notifier | undefined {
  switch (settings.provider) {
    case 'console':
      return consoleNotifier();
    case 'twilio':
      return twilioNotifier(settings);
    case 'none':
      return undefined;
  }
}
