import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS, deadline } from './deadline.js';
import { toMail } from './mail.js';
import { optionalPeer } from './optional-peer.js';
import { readSender } from './sender.js';
import { missing, outOfRange, readOptions, refuse, transportFaults } from './settings.js';
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
  const { host, port, user, password, from = '', ca, timeoutMs, security = port === PORTS.tls ? 'tls' : 'starttls' } = readOptions('smtpNotifier', given);
  refuse('smtpNotifier', [
    ...missing({ host, from, ...((user ?? password) !== undefined && { user, password }), ...(ca !== undefined && { ca }) }),
    ...(Object.hasOwn(PORTS, security) ? [] : [{ path: 'security', message: 'must be tls, starttls or none' }]),
    ...outOfRange('port', port, { from: 1, to: 65_535 }),
    ...transportFaults({ timeoutMs }),
  ]);
  const waitMs = timeoutMs ?? TIMEOUT_MS;
  const sender = readSender('smtpNotifier', from);
  const nodemailer = await optionalPeer({ maker: 'smtpNotifier', name: 'nodemailer' }, async () => import('nodemailer'));
  const transport = nodemailer.createTransport({
    host: host?.trim(),
    port: port ?? PORTS[security],
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // Secrets from files end in a line break.
    ...(typeof user === 'string' && { auth: { user: user.trim(), pass: password?.replace(/\r?\n$/, '') } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
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
        signal: deadline(waitMs, options),
      };
      await transport.sendMail(mail).catch((error: unknown) => {
        throw smtpFailure(error, [to, sender.email]);
      });
    },
  };
}
