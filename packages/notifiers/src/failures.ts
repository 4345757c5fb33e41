import { DeliveryError } from '@sallyport/core';

/** Statuses that mean that this message will never be accepted, unless the body says otherwise. */
const PERMANENT: ReadonlySet<number> = new Set([400, 413, 422]);
/** Statuses about the sender's configuration: key, account, payment, sender or address of the API. */
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 410]);

export interface Refusal {
  /** In capitals, such as `SENDGRID`. */
  readonly provider: string;
  /** The HTTP status; `null` if there was no response. */
  readonly status: number | null;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | null | undefined;
  /** Whether the body says that the provider refuses the sender, whatever the status is. */
  readonly refusesSender?: boolean;
}

/**
 * The delivery error for the worker. The provider's message is left out, because it quotes addresses, texts and keys.
 */
export function refusal({ provider, status, retryAfter, refusesSender = false }: Refusal): DeliveryError {
  if (status === null) return new DeliveryError(`${provider} did not answer`, { code: `${provider}_UNREACHABLE` });
  const misconfigured = refusesSender || MISCONFIGURED.has(status);
  return new DeliveryError(`${provider} answered ${status}`, {
    code: refusesSender ? `${provider}_${status}_SENDER` : `${provider}_${status}`,
    permanent: PERMANENT.has(status),
    misconfigured,
    remedy: misconfigured ? remedyOf(refusesSender) : undefined,
    retryAfterSeconds: secondsOf(retryAfter),
  });
}

function remedyOf(refusesSender: boolean): string {
  return refusesSender
    ? 'Set `from` to a sender that your account with the provider may use'
    : 'Check that the key is correct and allowed to send, and that the account may use this sender';
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function secondsOf(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1_000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
