import { DeliveryError } from '@sallyport/core';
import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS, deadline } from './deadline.js';
import { optionalPeer } from './optional-peer.js';
import { readSender } from './sender.js';
import { demand, demandChannel, refuse } from './settings.js';

export interface SmtpOptions {
  readonly host: string | undefined;
  /** Default: 465 with `tls`, 587 with `starttls`, 25 with `none`. */
  readonly port?: number | undefined;
  /**
   * `tls` from the first byte, `starttls` before anything is said (a server without it is refused), or `none` for a relay
   * on this machine. Default: `tls` on port 465, else `starttls`.
   */
  readonly security?: 'tls' | 'starttls' | 'none' | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Such as `Example <mail@example.com>`. */
  readonly from: string | undefined;
  /** A certificate authority of one's own, PEM. Default: those of Node. */
  readonly ca?: string | undefined;
  /** Milliseconds until a try is given up. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

/**
 * Mail by SMTP with nodemailer, which has to be installed: `npm install nodemailer`. The Message-ID is made of the
 * message's id, so that mail systems can tell a mail that came twice. Rejects with `ConfigError`.
 */
export async function smtpNotifier(given: SmtpOptions): Promise<Notifier> {
  const { host, user, password, from = '', ca, timeoutMs = TIMEOUT_MS } = given;
  const { security = given.port === PORTS.tls ? 'tls' : 'starttls' } = given;
  demand('smtpNotifier', { host, from, ...((user ?? password) !== undefined && { user, password }) });
  refuse('smtpNotifier', security in PORTS ? [] : [{ path: 'security', message: 'has to be tls, starttls or none' }]);
  const sender = readSender('smtpNotifier', from);
  const nodemailer = await optionalPeer({ maker: 'smtpNotifier', name: 'nodemailer' }, async () => import('nodemailer'));
  const transport = nodemailer.createTransport({
    host,
    port: given.port ?? PORTS[security],
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: password } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A text is a text, whatever it looks like.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    channels: ['email'],
    async send({ id, channel, to, subject, text, html }, options) {
      demandChannel(channel, 'email');
      const mail = {
        from: { address: sender.email, name: sender.name ?? '' },
        // Not as text, which nodemailer would read as a list of addresses.
        to: { address: to, name: '' },
        messageId: `<${id}@${sender.email.slice(sender.email.lastIndexOf('@') + 1)}>`,
        // Out-of-office replies to it help nobody (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
        subject,
        text,
        html,
        signal: deadline(timeoutMs, options),
      };
      await transport.sendMail(mail).catch((error: unknown) => {
        throw toDeliveryError(error);
      });
    },
  };
}

/** Without the server's words, which quote addresses, and what was said to it. */
function toDeliveryError(error: unknown): DeliveryError {
  const { code, responseCode, command } = factsOf(error);
  // Of a 5xx only those to the recipient and the text speak of the message: the others can be put right while it waits.
  const permanent = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  const reply = responseCode === 0 ? '' : `_${responseCode}`;
  return new DeliveryError('The SMTP server did not take the message', { code: `SMTP_${code}${reply}`, permanent });
}

function factsOf(error: unknown): { readonly code: string; readonly responseCode: number; readonly command: string } {
  const fact = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined);
  const [code, responseCode, command] = [fact('code'), fact('responseCode'), fact('command')];
  return {
    code: typeof code === 'string' ? code : 'FAILED',
    responseCode: typeof responseCode === 'number' ? responseCode : 0,
    command: typeof command === 'string' ? command : '',
  };
}
