import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS, deadline } from './deadline.js';
import { toMail } from './mail.js';
import { optionalPeer } from './optional-peer.js';
import { readSender } from './sender.js';
import { requireSettings, refuse } from './settings.js';
import { smtpFailure } from './smtp-failure.js';

export interface SmtpOptions {
  readonly host: string | undefined;
  /** Default: 465 with `tls`, 587 with `starttls`, 25 with `none`. */
  readonly port?: number | undefined;
  /**
   * `tls` from the first byte; `starttls` before anything else is sent (a server without it is refused); or `none` for a relay on
   * this machine. Default: `tls` on port 465, else `starttls`.
   */
  readonly security?: 'tls' | 'starttls' | 'none' | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Such as `Example, Inc. <mail@example.com>`. */
  readonly from: string | undefined;
  /** A custom certificate authority, PEM. Default: those of Node. */
  readonly ca?: string | undefined;
  /** Timeout of an attempt in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

/**
 * Sends mail by SMTP with nodemailer, which must be installed: `npm install nodemailer`. The Message-ID is derived from the
 * message's id, so that mail systems can detect duplicates. Rejects with `ConfigError`.
 */
export async function smtpNotifier(given: SmtpOptions): Promise<Notifier> {
  const { host, user, password, from = '', ca, timeoutMs = TIMEOUT_MS } = given;
  const { security = given.port === PORTS.tls ? 'tls' : 'starttls' } = given;
  requireSettings('smtpNotifier', { host, from, ...((user ?? password) !== undefined && { user, password }) });
  refuse('smtpNotifier', security in PORTS ? [] : [{ path: 'security', message: 'must be tls, starttls or none' }]);
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
    // Never read the text from a file or URL, whatever it looks like.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    channels: ['email'],
    async send(message, options) {
      const { to, subject, text, html, messageId, headers } = toMail(message, sender);
      const mail = {
        // Pass objects: nodemailer would parse strings as lists of addresses.
        from: { address: sender.email, name: sender.name ?? '' },
        to: { address: to, name: '' },
        subject,
        text,
        html,
        messageId,
        headers,
        signal: deadline(timeoutMs, options),
      };
      await transport.sendMail(mail).catch((error: unknown) => {
        throw smtpFailure(error, [to, sender.email]);
      });
    },
  };
}
