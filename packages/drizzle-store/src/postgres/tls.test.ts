import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, createCluster, serverPrograms } from './cluster.test-kit.js';
import { createPostgresStore } from './create-postgres-store.js';
import { isInstalled } from './is-installed.test-kit.js';

const missing = serverPrograms() === null || !isInstalled('openssl') ? ' (PostgreSQL or openssl is not installed)' : '';

describe.skipIf(missing !== '')(`a server with TLS${missing}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  let cluster: Cluster;
  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], { stdio: 'ignore' });
    cluster = await createCluster({ certificate, key });
  });
  afterAll(async () => {
    await cluster.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const connectWith = async (query: string, host = 'localhost'): Promise<'answered'> => {
    const store = await createPostgresStore({ url: `postgres://postgres@${host}:${cluster.port}/postgres${query}` });
    await store.ping();
    await store.close();
    return 'answered';
  };

  it('is trusted by the certificate named in the URL', async () => {
    expect(await connectWith(`?sslmode=verify-full&sslrootcert=${certificate}`)).toBe('answered');
  });

  it('is refused if its certificate or its name is not trusted', async () => {
    await expect(connectWith('?sslmode=verify-full')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const elsewhere = connectWith(`?sslmode=verify-full&sslrootcert=${certificate}`, '127.0.0.1');
    await expect(elsewhere).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('is not verified if the URL says so', async () => {
    expect(await connectWith('?sslmode=no-verify')).toBe('answered');
  });
});
