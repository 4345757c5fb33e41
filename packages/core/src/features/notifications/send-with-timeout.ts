import type { Clock } from '../../ports/clock.js';
import { DeliveryError } from '../../ports/notifier.js';
import type { Notification, Notifier } from '../../ports/notifier.js';

/** How long a notifier may take. */
export const SEND_TIMEOUT_MS = 15_000;

export interface Sending {
  readonly notification: Notification;
  /** Ends the attempt when this is aborted or when the time is up. */
  readonly abortController: AbortController;
}

/** Sends a message, and waits no longer than the timeout, even if the notifier ignores its signal. */
export async function sendWithTimeout(
  { notifier, clock }: { readonly notifier: Notifier; readonly clock: Clock },
  { notification, abortController }: Sending,
): Promise<void> {
  const { signal } = abortController;
  const cancel = clock.schedule(() => {
    abortController.abort(new DeliveryError('The notifier did not answer in time', { code: 'DELIVERY_TIMEOUT' }));
  }, SEND_TIMEOUT_MS);
  try {
    await Promise.race([notifier.send(notification, { signal }), rejectedBy(signal)]);
  } finally {
    cancel();
  }
}

async function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new DeliveryError('Cut off'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
