import { inspect } from 'node:util';
import { DeliveryError } from '@sallyport/core';
import type { Notification, Notifier } from '@sallyport/core';
import { expect, it } from 'vitest';
import { CANARIES, startProvider } from './provider.js';

export interface Case {
  /** As used in error codes. */
  readonly provider: string;
  readonly message: Notification;
  readonly make: (options: { readonly baseUrl: string; readonly timeoutMs?: number }) => Notifier | Promise<Notifier>;
}

/** The failures that every HTTP notifier has to handle. */
export function describeFailures({ provider: name, message, make }: Case): void {
  /** The body repeats the request, as providers do. */
  const quoting = (status: number): string =>
    JSON.stringify({ statusCode: status, name: 'validation_error', message: Object.values(CANARIES).join(' ') });

  it.each([400, 413, 422])('gives up after status %i', async (status) => {
    await using provider = await startProvider();
    provider.answer({ status, body: quoting(status) });
    const notifier = await make(provider);
    expect(await failure(async () => notifier.send(message))).toMatchObject({ code: `${name}_${status}`, permanent: true });
  });

  it.each([401, 402, 403, 404])('keeps the message after status %i, since the operator can fix the key, the account or the address', async (status) => {
    await using provider = await startProvider();
    provider.answer({ status, body: quoting(status) });
    const notifier = await make(provider);
    expect(await failure(async () => notifier.send(message))).toMatchObject({
      code: `${name}_${status}`,
      permanent: false,
      misconfigured: true,
      remedy: expect.any(String),
    });
  });

  it.each([401, 403, 500, 502, 503])('retries after status %i', async (status) => {
    await using provider = await startProvider();
    provider.answer({ status, body: status === 502 ? '<html>Bad gateway</html>' : quoting(status) });
    const notifier = await make(provider);
    expect(await failure(async () => notifier.send(message))).toMatchObject({
      code: `${name}_${status}`,
      permanent: false,
      retryAfterSeconds: undefined,
    });
  });

  it('reads the wait of a 429 response, in seconds or as a date', async () => {
    await using provider = await startProvider();
    const notifier = await make(provider);
    provider.answer({ status: 429, headers: { 'retry-after': '17' }, body: quoting(429) });
    expect(await failure(async () => notifier.send(message))).toMatchObject({ permanent: false, retryAfterSeconds: 17 });
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    provider.answer({ status: 429, headers: { 'retry-after': inAMinute }, body: quoting(429) });
    const { retryAfterSeconds } = await failure(async () => notifier.send(message));
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('stops waiting for a provider that hangs, after the timeout and when aborted', async () => {
    await using provider = await startProvider();
    provider.answer('hang');
    const impatient = await make({ baseUrl: provider.baseUrl, timeoutMs: 50 });
    expect(await failure(async () => impatient.send(message))).toMatchObject({ code: `${name}_UNREACHABLE`, permanent: false });
    const patient = await make(provider);
    const cutOff = new AbortController();
    const sending = failure(async () => patient.send(message, { signal: cutOff.signal }));
    while (provider.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    cutOff.abort();
    expect(await sending).toMatchObject({ permanent: false });
  });

  it('retries if the provider is unreachable or drops the connection', async () => {
    const { baseUrl } = await gone();
    const notifier = await make({ baseUrl });
    expect(await failure(async () => notifier.send(message))).toMatchObject({ code: `${name}_UNREACHABLE`, permanent: false });
    await using provider = await startProvider();
    provider.answer('hang-up');
    const other = await make(provider);
    expect(await failure(async () => other.send(message))).toMatchObject({ code: `${name}_UNREACHABLE`, permanent: false });
  });

  it('fails permanently for a message of another channel', async () => {
    const notifier = await make({ baseUrl: 'http://127.0.0.1:1' });
    const channel = message.channel === 'email' ? 'sms' : 'email';
    expect(await failure(async () => notifier.send({ ...message, channel }))).toMatchObject({ permanent: true });
  });
}

async function failure(send: () => Promise<void>): Promise<DeliveryError> {
  const error = await send().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError came back', { cause: error });
  const whole = inspect(error, { depth: null, showHidden: true });
  for (const canary of Object.values(CANARIES)) expect(whole).not.toContain(canary);
  return error;
}

/** Tests for a notifier that makes the request itself. An SDK follows redirects by its own rules. */
export function describeRedirects({ message, make }: Pick<Case, 'message' | 'make'>): void {
  it('follows no redirect, which could send message and key to another server', async () => {
    await using elsewhere = await startProvider();
    await using provider = await startProvider();
    provider.answer({ status: 307, headers: { location: `${elsewhere.baseUrl}/` } });
    const notifier = await make(provider);
    await failure(async () => notifier.send(message));
    expect(elsewhere.asked).toEqual([]);
  });
}

async function gone(): Promise<{ readonly baseUrl: string }> {
  await using provider = await startProvider();
  return { baseUrl: provider.baseUrl };
}
