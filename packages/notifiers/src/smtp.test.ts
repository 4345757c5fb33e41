import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { DeliveryError } from '@sallyport/core';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { localhostCertificate } from './test-kit/localhost-certificate.js';
import { CANARIES, aMail, aText } from './test-kit/provider.js';
import { smtpNotifier } from './smtp.js';
import type { SmtpOptions } from './smtp.js';

const FROM = 'Example <mail@example.com>';
const LOGIN = { user: 'mailer', password: CANARIES.key };
const { cert, key } = localhostCertificate();

interface Received {
  readonly mail: ParsedMail;
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly recipients: readonly string[];
}

interface MailServer extends AsyncDisposable {
  readonly at: { readonly host: string; readonly port: number };
  readonly received: Received[];
}

async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: Received[] = [];
  const server = new SMTPServer({
    key,
    cert,
    onAuth({ username, password }, _, done) {
      if (password === CANARIES.key) done(null, { user: username });
      else done(new Error(`no such user ${username} ${password}`));
    },
    onData(stream, session, done) {
      simpleParser(stream).then((mail) => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ mail, secure: session.secure, user: session.user, recipients });
        done();
      }, done);
    },
    ...options,
  });
  // Some tests have clients that disconnect early.
  server.on('error', () => undefined);
  const listening = server.listen(0, 'localhost');
  await once(listening, 'listening');
  const address = listening.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    at: { host: 'localhost', port },
    received,
    [Symbol.asyncDispose]: async () => new Promise((resolve) => server.close(resolve)),
  };
}

async function failure(options: Partial<SmtpOptions>, message = aMail()): Promise<DeliveryError> {
  const notifier = await smtpNotifier({ host: undefined, from: FROM, ca: cert, ...options });
  const error = await notifier.send(message).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DeliveryError);
  const whole = inspect(error, { depth: null, showHidden: true });
  for (const canary of Object.values(CANARIES)) expect(whole).not.toContain(canary);
  return error as DeliveryError;
}

describe('smtpNotifier', () => {
  it.each(['starttls', 'tls'] as const)('logs in over %s and hands over text and HTML', async (security) => {
    await using server = await startMailServer({ secure: security === 'tls' });
    const notifier = await smtpNotifier({ ...server.at, ...LOGIN, security, from: FROM, ca: cert });
    await notifier.send(aMail());
    expect(server.received).toHaveLength(1);
    const [{ mail, secure, user, recipients }] = server.received as [Received];
    expect({ secure, user, recipients }).toEqual({ secure: true, user: 'mailer', recipients: [CANARIES.to] });
    expect(mail.from?.text).toBe('"Example" <mail@example.com>');
    expect(mail).toMatchObject({
      subject: aMail().subject,
      text: aMail().text,
      html: aMail().html,
      messageId: `<${aMail().id}@example.com>`,
    });
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('relays without a login where it is told to', async () => {
    await using server = await startMailServer({ authOptional: true, hideSTARTTLS: true });
    const notifier = await smtpNotifier({ ...server.at, security: 'none', from: 'mail@example.com' });
    const { html: _, ...plain } = aMail();
    await notifier.send(plain);
    expect(server.received[0]?.mail).toMatchObject({ text: aMail().text, html: false });
  });

  it('says nothing, a password least of all, to a server without TLS, or with a certificate of nobody', async () => {
    const seen: string[] = [];
    const spying = { onAuth: () => void seen.push('auth'), onMailFrom: () => void seen.push('mail') };
    await using plain = await startMailServer({ ...spying, disabledCommands: ['STARTTLS'] });
    expect(await failure({ ...plain.at, ...LOGIN })).toMatchObject({ permanent: false });
    await using server = await startMailServer(spying);
    expect(await failure({ ...server.at, ...LOGIN, ca: undefined })).toMatchObject({ permanent: false });
    expect(seen).toEqual([]);
  });

  it('says what to do where TLS cannot begin: no STARTTLS, no TLS on this port, a certificate of nobody or of another host', async () => {
    await using plain = await startMailServer({ disabledCommands: ['STARTTLS'] });
    const none = { permanent: false, misconfigured: true, remedy: expect.stringContaining("security: 'none'") };
    expect(await failure(plain.at)).toMatchObject({ code: 'SMTP_ETLS_500', ...none });
    expect(await failure({ ...plain.at, security: 'tls' })).toMatchObject({ code: 'SMTP_ERR_SSL_WRONG_VERSION_NUMBER', ...none });
    await using server = await startMailServer();
    const untrusted = { permanent: false, misconfigured: true, remedy: expect.stringContaining('certificate') };
    expect(await failure({ ...server.at, ca: undefined })).toMatchObject({ code: 'SMTP_DEPTH_ZERO_SELF_SIGNED_CERT', ...untrusted });
    expect(await failure({ ...server.at, host: '127.0.0.1' })).toMatchObject({ code: 'SMTP_ERR_TLS_CERT_ALTNAME_INVALID', ...untrusted });
  });

  it('says what to do where nobody listens', async () => {
    expect(await failure({ host: 'localhost', port: 1 })).toMatchObject({
      code: 'SMTP_ECONNREFUSED',
      misconfigured: false,
      remedy: expect.stringContaining('host and port'),
    });
  });

  it.each(['Acme, Inc. <mail@acme.example>', '"The \\"Acme\\" Co; (Müller)" <mail@acme.example>', 'Größe <mail@acme.example>'])(
    'sends from %s, name and all',
    async (from) => {
      await using server = await startMailServer({ authOptional: true });
      await (await smtpNotifier({ ...server.at, from, ca: cert })).send(aMail());
      const name = from.slice(0, from.indexOf(' <')).replaceAll(/^"|"$|\\(?=")/g, '');
      expect(server.received[0]?.mail.from?.value).toEqual([{ name, address: 'mail@acme.example' }]);
    },
  );

  it('sends to one address, whatever it looks like', async () => {
    await using server = await startMailServer({ authOptional: true });
    const notifier = await smtpNotifier({ ...server.at, from: FROM, ca: cert });
    await notifier.send(aMail({ to: 'grace@example.org, eve@example.net' })).catch(() => undefined);
    expect(server.received.flatMap(({ recipients }) => recipients)).not.toContain('eve@example.net');
  });

  it('tries again with a wrong password, which is not the message’s fault', async () => {
    await using server = await startMailServer();
    const error = await failure({ ...server.at, user: 'mailer', password: 'wrong' });
    expect(error).toMatchObject({ code: 'SMTP_EAUTH_535', permanent: false, misconfigured: true });
  });

  it('gives up a recipient whom the server refuses for good, and tries again one whom it refuses for now', async () => {
    const refusing = (responseCode: number): SMTPServerOptions => ({
      authOptional: true,
      onRcptTo: ({ address }, _, done) => done(Object.assign(new Error(`no ${address}`), { responseCode })),
    });
    await using forGood = await startMailServer(refusing(550));
    expect(await failure(forGood.at)).toMatchObject({ code: 'SMTP_EENVELOPE_550', permanent: true });
    await using forNow = await startMailServer(refusing(450));
    expect(await failure(forNow.at)).toMatchObject({ code: 'SMTP_EENVELOPE_450', permanent: false });
  });

  it('gives up a text that the server refuses for good, and tries again one that it refuses for now', async () => {
    const refusing = (responseCode: number): SMTPServerOptions => ({
      authOptional: true,
      onData(stream, _, done) {
        stream.resume().on('end', () => done(Object.assign(new Error(CANARIES.code), { responseCode })));
      },
    });
    await using forGood = await startMailServer(refusing(554));
    expect(await failure(forGood.at)).toMatchObject({ code: 'SMTP_EMESSAGE_554', permanent: true });
    await using forNow = await startMailServer(refusing(451));
    expect(await failure(forNow.at)).toMatchObject({ code: 'SMTP_EMESSAGE_451', permanent: false });
  });

  it('tries again where the server refuses the sender: that is for its owner to mend', async () => {
    await using server = await startMailServer({
      authOptional: true,
      onMailFrom: (_, __, done) => done(Object.assign(new Error('not you'), { responseCode: 550 })),
    });
    expect(await failure(server.at)).toMatchObject({ permanent: false, misconfigured: true });
  });

  it.each([
    [553, `5.7.1 <mail@example.com>: Sender address rejected: not owned by user`],
    [554, `5.7.1 <${CANARIES.to}>: Relay access denied`],
    [550, '5.1.7 Invalid address'],
  ])('tries again where the server refuses the sender at the recipient: %i %s', async (responseCode, words) => {
    await using server = await startMailServer({
      authOptional: true,
      onRcptTo: (_, __, done) => done(Object.assign(new Error(words), { responseCode })),
    });
    expect(await failure(server.at)).toMatchObject({ permanent: false, misconfigured: true });
  });

  it.each([
    [554, '5.2.252 SendAsDenied'],
    [530, 'From domain is not verified for this workspace'],
    [554, 'Message rejected: Email address is not verified'],
  ])('tries again where the server refuses the sender at the text: %i %s', async (responseCode, words) => {
    await using server = await startMailServer({
      authOptional: true,
      onData(stream, _, done) {
        stream.resume().on('end', () => done(Object.assign(new Error(words), { responseCode })));
      },
    });
    expect(await failure(server.at)).toMatchObject({ permanent: false, misconfigured: true });
  });

  it('gives up a recipient whose address reads like a word about the sender', async () => {
    await using server = await startMailServer({
      authOptional: true,
      onRcptTo: ({ address }, _, done) => done(Object.assign(new Error(`<${address}>: user unknown`), { responseCode: 550 })),
    });
    expect(await failure(server.at, aMail({ to: 'sender@relay.example' }))).toMatchObject({ permanent: true });
  });

  it('gives up waiting for a server that says nothing, and one that stops in the middle', async () => {
    const silent = createServer(() => undefined).listen(0, 'localhost');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(await failure({ host: 'localhost', port, timeoutMs: 60 })).toMatchObject({ permanent: false });
    silent.close();
    await using stopping = await startMailServer({ authOptional: true, onRcptTo: () => undefined });
    expect(await failure({ ...stopping.at, timeoutMs: 200 })).toMatchObject({ permanent: false });
  });

  it('stops when it is told to', async () => {
    let asked: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    await using server = await startMailServer({ authOptional: true, onRcptTo: () => asked() });
    const notifier = await smtpNotifier({ ...server.at, from: FROM, ca: cert });
    const cutOff = new AbortController();
    const sending = notifier.send(aMail(), { signal: cutOff.signal });
    await arrived;
    cutOff.abort();
    await expect(sending).rejects.toBeInstanceOf(DeliveryError);
  });

  it('refuses a text message for good', async () => {
    expect(await failure({ host: 'localhost', port: 1 }, aText())).toMatchObject({ permanent: true });
  });

  it('names every setting that is missing, at the start', async () => {
    await expect(smtpNotifier({ host: undefined, from: undefined, user: 'mailer' })).rejects.toThrow(
      'smtpNotifier cannot start:\n  - host: is required\n  - from: is required\n  - password: is required',
    );
  });
});
