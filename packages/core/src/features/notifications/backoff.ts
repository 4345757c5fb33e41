import { fractionOf } from '../../ports/random.js';
import type { Random } from '../../ports/random.js';

const FIRST_MS = 5_000;
const LONGEST_MS = 60 * 60 * 1_000;
/** So that messages are sent soon after the operator has fixed the cause. */
const MAX_OPERATOR_WAIT_MS = 15 * 60 * 1_000;
/** The longest wait that a provider's header can demand: no outage lasts longer, and the header could be wrong. */
const MAX_PROVIDER_WAIT_MS = 24 * 60 * 60 * 1_000;

export interface Failure {
  /** The number of attempts so far, including this one. */
  readonly attempts: number;
  /** The wait that the provider demands. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether the operator must act first. */
  readonly misconfigured: boolean;
}

/**
 * The wait before the next attempt: 5 seconds doubling to an hour, shortened by up to half at random, so that messages that
 * failed together are not retried together; never shorter than the provider demands. If the operator must act, at most 15
 * minutes.
 */
export function backoffMs(random: Random, { attempts, retryAfterSeconds = 0, misconfigured }: Failure): number {
  const full = Math.min(FIRST_MS * 2 ** (attempts - 1), misconfigured ? MAX_OPERATOR_WAIT_MS : LONGEST_MS);
  const asked = Math.min(retryAfterSeconds * 1_000, MAX_PROVIDER_WAIT_MS);
  return Math.ceil(Math.max(full * (1 - fractionOf(random) / 2), asked));
}
