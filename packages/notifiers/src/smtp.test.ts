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
  it.each(['starttls', 'tls'] as const)('logs in over %s and sends text and HTML', async (security) => {
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

  it('sends without a login if configured', async () => {
    await using server = await startMailServer({ authOptional: true, hideSTARTTLS: true });
    const notifier = await smtpNotifier({ ...server.at, security: 'none', from: 'mail@example.com' });
    const { html: _, ...plain } = aMail();
    await notifier.send(plain);
    expect(server.received[0]?.mail).toMatchObject({ text: aMail().text, html: false });
  });

  it('sends neither password nor message to a server without TLS or with an untrusted certificate', async () => {
    const seen: string[] = [];
    const spying = { onAuth: () => void seen.push('auth'), onMailFrom: () => void seen.push('mail') };
    await using plain = await startMailServer({ ...spying, disabledCommands: ['STARTTLS'] });
    expect(await failure({ ...plain.at, ...LOGIN })).toMatchObject({ permanent: false });
    await using server = await startMailServer(spying);
    expect(await failure({ ...server.at, ...LOGIN, ca: undefined })).toMatchObject({ permanent: false });
    expect(seen).toEqual([]);
  });

  it('names the remedy if TLS fails: no STARTTLS, no TLS on this port, an untrusted certificate or one of another host', async () => {
    await using plain = await startMailServer({ disabledCommands: ['STARTTLS'] });
    const none = { permanent: false, misconfigured: true, remedy: expect.stringContaining("security: 'none'") };
    expect(await failure(plain.at)).toMatchObject({ code: 'SMTP_ETLS_500', ...none });
    expect(await failure({ ...plain.at, security: 'tls' })).toMatchObject({ code: 'SMTP_ERR_SSL_WRONG_VERSION_NUMBER', ...none });
    await using server = await startMailServer();
    const untrusted = { permanent: false, misconfigured: true, remedy: expect.stringContaining('certificate') };
    expect(await failure({ ...server.at, ca: undefined })).toMatchObject({ code: 'SMTP_DEPTH_ZERO_SELF_SIGNED_CERT', ...untrusted });
    expect(await failure({ ...server.at, host: '127.0.0.1' })).toMatchObject({ code: 'SMTP_ERR_TLS_CERT_ALTNAME_INVALID', ...untrusted });
  });

  it('names the remedy if the connection is refused', async () => {
    expect(await failure({ host: 'localhost', port: 1 })).toMatchObject({
      code: 'SMTP_ECONNREFUSED',
      misconfigured: false,
      remedy: expect.stringContaining('host and port'),
    });
  });

  it.each(['Acme, Inc. <mail@acme.example>', '"The \\"Acme\\" Co; (Müller)" <mail@acme.example>', 'Größe <mail@acme.example>'])(
    'sends from %s with its name intact',
    async (from) => {
      await using server = await startMailServer({ authOptional: true });
      await (await smtpNotifier({ ...server.at, from, ca: cert })).send(aMail());
      const name = from.slice(0, from.indexOf(' <')).replaceAll(/^"|"$|\\(?=")/g, '');
      expect(server.received[0]?.mail.from?.value).toEqual([{ name, address: 'mail@acme.example' }]);
    },
  );

  it('never splits the recipient into several addresses', async () => {
    await using server = await startMailServer({ authOptional: true });
    const notifier = await smtpNotifier({ ...server.at, from: FROM, ca: cert });
    await notifier.send(aMail({ to: 'grace@example.org, eve@example.net' })).catch(() => undefined);
    expect(server.received.flatMap(({ recipients }) => recipients)).not.toContain('eve@example.net');
  });

  it('retries after a wrong password, which does not depend on the message', async () => {
    await using server = await startMailServer();
    const error = await failure({ ...server.at, user: 'mailer', password: 'wrong' });
    expect(error).toMatchObject({ code: 'SMTP_EAUTH_535', permanent: false, misconfigured: true });
  });

  it('gives up if the server refuses the recipient permanently, and retries if temporarily', async () => {
    const refusing = (responseCode: number): SMTPServerOptions => ({
      authOptional: true,
      onRcptTo: ({ address }, _, done) => done(Object.assign(new Error(`no ${address}`), { responseCode })),
    });
    await using forGood = await startMailServer(refusing(550));
    expect(await failure(forGood.at)).toMatchObject({ code: 'SMTP_EENVELOPE_550', permanent: true });
    await using forNow = await startMailServer(refusing(450));
    expect(await failure(forNow.at)).toMatchObject({ code: 'SMTP_EENVELOPE_450', permanent: false });
  });

  it('gives up if the server refuses the text permanently, and retries if temporarily', async () => {
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

  it('retries if the server refuses the sender, which the operator can fix', async () => {
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
  ])('retries if the server refuses the sender in its reply to the recipient: %i %s', async (responseCode, words) => {
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
  ])('retries if the server refuses the sender in its reply to the text: %i %s', async (responseCode, words) => {
    await using server = await startMailServer({
      authOptional: true,
      onData(stream, _, done) {
        stream.resume().on('end', () => done(Object.assign(new Error(words), { responseCode })));
      },
    });
    expect(await failure(server.at)).toMatchObject({ permanent: false, misconfigured: true });
  });

  it('gives up if the server refuses a recipient whose address contains "sender"', async () => {
    await using server = await startMailServer({
      authOptional: true,
      onRcptTo: ({ address }, _, done) => done(Object.assign(new Error(`<${address}>: user unknown`), { responseCode: 550 })),
    });
    expect(await failure(server.at, aMail({ to: 'sender@relay.example' }))).toMatchObject({ permanent: true });
  });

  it('times out if the server is silent from the start or stops replying in the middle', async () => {
    const silent = createServer(() => undefined).listen(0, 'localhost');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(await failure({ host: 'localhost', port, timeoutMs: 60 })).toMatchObject({ permanent: false });
    silent.close();
    await using stopping = await startMailServer({ authOptional: true, onRcptTo: () => undefined });
    expect(await failure({ ...stopping.at, timeoutMs: 200 })).toMatchObject({ permanent: false });
  });

  it('stops when the signal is aborted', async () => {
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

  it('fails permanently for a text message', async () => {
    expect(await failure({ host: 'localhost', port: 1 }, aText())).toMatchObject({ permanent: true });
  });

  it('names every missing setting at start-up', async () => {
    await expect(smtpNotifier({ host: undefined, from: undefined, user: 'mailer' })).rejects.toThrow(
      'smtpNotifier cannot start:\n  - host: is required\n  - from: is required\n  - password: is required',
    );
  });
});
