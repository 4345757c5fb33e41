import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createTestApp, SECRET } from '../../test-kit/test-app.js';
import { checkWebAuthn } from './load-webauthn.js';

vi.mock('@simplewebauthn/server', () => {
  throw new Error('Cannot find package');
});

describe('without the module that verifies passkeys', () => {
  it('passkeys-unavailable: the doctor reports it with the remedy if passkeys are on', async () => {
    const ids = async (options: { readonly passkeys?: false } = {}) => (await createTestApp(options).auth.doctor()).map(({ id }) => id);
    expect(await ids()).toContain('passkeys-unavailable');
    expect(await ids({ passkeys: false })).not.toContain('passkeys-unavailable');
    expect(await createTestApp().auth.doctor()).toContainEqual({
      id: 'passkeys-unavailable',
      severity: 'error',
      problem: '@simplewebauthn/server cannot be loaded: nobody can register a passkey or log in with one',
      remedy: expect.stringContaining('Install @simplewebauthn/server'),
    });
  });

  it('start-up only looks for the module, and tries to load it if it is not found; the error names the remedy', async () => {
    await expect(checkWebAuthn()).resolves.toBeUndefined();
    const find = (name: string): never => {
      throw new Error(`Cannot find package '${name}'`);
    };
    await expect(checkWebAuthn(find)).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining('Install @simplewebauthn/server') });
  });

  it('start-up logs it if passkeys are on', async () => {
    expect(await startWithout('@simplewebauthn/server', { baseUrl: 'https://example.com' })).toContain('passkeys are on and cannot be verified on this machine');
    expect(await startWithout('@simplewebauthn/server', { baseUrl: 'https://example.com', passkeys: false })).not.toContain('passkeys');
  }, 180_000);
});

/** The output of a process that creates an `auth` and cannot find this module. */
async function startWithout(name: string, options: object): Promise<string> {
  const hooks = `export async function resolve(name, context, next) { if (name.startsWith(${JSON.stringify(name)})) throw new Error('Cannot find package'); return next(name, context); }`;
  const code = `
    import { register } from 'node:module';
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});
    const { createAuth } = await import(${JSON.stringify(new URL('../../index.ts', import.meta.url).href)});
    const { createMemoryStore } = await import(${JSON.stringify(new URL('../../testing/memory/memory-store.ts', import.meta.url).href)});
    createAuth({ secret: ${JSON.stringify(SECRET)}, store: createMemoryStore(), delivery: false, maintenance: false, ...${JSON.stringify(options)} });
    setTimeout(() => process.exit(), 1_000);`;
  const args = ['--conditions=@sallyport/source', '--import', 'tsx', '--input-type=module', '-e', code];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return stdout + stderr;
}
