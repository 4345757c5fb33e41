import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';
import { localhostCertificate } from '../../../../packages/notifiers/src/test-kit/localhost-certificate.js';
import { temporaryFolder } from './running-server.js';

export interface MailServer {
  /** What makes the server send its mail here. */
  readonly env: Readonly<Record<string, string>>;
  /** How many messages it has been given, and how many of them it has taken. */
  readonly given: () => number;
  readonly taken: () => number;
  /** Takes what it has been given, and what it is given from now on. */
  release(): void;
}

/** A real SMTP server, with STARTTLS, that keeps everybody waiting until it is told to go on. */
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
  // Clients that are cut off are part of the tests.
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
