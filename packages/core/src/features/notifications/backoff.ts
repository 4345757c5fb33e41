import { fractionOf } from '../../ports/random.js';
import type { Random } from '../../ports/random.js';

const FIRST_MS = 5_000;
const LONGEST_MS = 60 * 60 * 1_000;
/** What an operator has put right should leave soon after. */
const LONGEST_FOR_OPERATOR_MS = 15 * 60 * 1_000;
/** A limit for what a provider's header asks for: no outage lasts longer, and the header could be wrong. */
const LONGEST_ASKED_FOR_MS = 24 * 60 * 60 * 1_000;

export interface Failure {
  /** How often it was tried so far, this time included. */
  readonly attempts: number;
  /** What the provider asks for. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether the operator has to act first. */
  readonly misconfigured: boolean;
}

/**
 * How long to wait before the next try: 5 seconds doubling to an hour, shortened by up to half at random, so that what
 * failed together does not come back together; never sooner than the provider asks. Where the operator has to act, 15 minutes
 * at most.
 */
export function backoffMs(random: Random, { attempts, retryAfterSeconds = 0, misconfigured }: Failure): number {
  const full = Math.min(FIRST_MS * 2 ** (attempts - 1), misconfigured ? LONGEST_FOR_OPERATOR_MS : LONGEST_MS);
  const asked = Math.min(retryAfterSeconds * 1_000, LONGEST_ASKED_FOR_MS);
  return Math.ceil(Math.max(full * (1 - fractionOf(random) / 2), asked));
}
