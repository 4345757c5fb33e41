import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';
import { localhostCertificate } from '../../../../packages/notifiers/src/test-kit/localhost-certificate.js';
import { temporaryFolder } from './running-server.js';

export interface MailServer {
  /** Environment variables that make the server send its mail here. */
  readonly env: Readonly<Record<string, string>>;
  /** The number of messages that were received, and of those that were accepted. */
  readonly given: () => number;
  readonly taken: () => number;
  /** Accepts the messages that wait, and all later ones. */
  release(): void;
}

/** A real SMTP server with STARTTLS. It accepts no message until `release` is called. */
export async function startMailServer(): Promise<MailServer> {
  const { cert, key } = localhostCertificate();
  let given = 0;
  let taken = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = new SMTPServer({
    key,
    cert,
    authOptional: true,
    onData(stream, _session, done) {
      stream.resume().on('end', () => {
        given += 1;
        void released.then(() => {
          taken += 1;
          done();
        });
      });
    },
  });
  // Some tests abort clients.
  server.on('error', () => undefined);
  const listening = server.listen(0, 'localhost');
  await once(listening, 'listening');
  const address = listening.address();
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const authority = join(temporaryFolder(), 'authority.pem');
  writeFileSync(authority, cert);
  return {
    env: {
      EMAIL_PROVIDER: 'smtp',
      SMTP_HOST: 'localhost',
      SMTP_PORT: String(typeof address === 'object' ? address?.port : 0),
      EMAIL_FROM: 'mail@example.com',
      NODE_EXTRA_CA_CERTS: authority,
    },
    given: () => given,
    taken: () => taken,
    release: () => release(),
  };
}
