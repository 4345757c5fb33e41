import { DeliveryError } from '@sallyport/core';

/** Answers that say that this very message will never be taken. Wrong credentials can be put right while it waits. */
const PERMANENT: ReadonlySet<number> = new Set([400, 413, 422]);

export interface Refusal {
  /** In capitals, such as `SENDGRID`. */
  readonly provider: string;
  /** HTTP; `null` where there was no answer. */
  readonly status: number | null;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | null | undefined;
}

/**
 * What became of a message, as the worker understands it. What the provider says in words is left out: it quotes
 * addresses, texts and keys.
 */
export function refusal({ provider, status, retryAfter }: Refusal): DeliveryError {
  return status === null
    ? new DeliveryError(`${provider} did not answer`, { code: `${provider}_UNREACHABLE` })
    : new DeliveryError(`${provider} answered ${status}`, {
        code: `${provider}_${status}`,
        permanent: PERMANENT.has(status),
        retryAfterSeconds: secondsOf(retryAfter),
      });
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function secondsOf(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1_000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
