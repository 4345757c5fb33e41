import type { Context } from '../../context.js';
import { openOrFail } from '../../crypto/sealed.js';
import { AuthError } from '../../errors.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { findChangedKeys } from '../key-check/known-keys.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from '../tokens/sent-code.js';
import { backupCodeHashes } from './backup-code.js';
import { beginFactorAttempt, clearLockout } from './begin-factor-attempt.js';
import { isDigitCode } from './code-text.js';
import { totpStep } from './totp.js';

export interface CheckSecondFactorInput {
  readonly userId: string;
  /** Six digits, or a backup code in its canonical form. */
  readonly code: string;
  /**
   * Default: `backup` unless the code is six digits; else the method of a sent code that has not expired; else the
   * authenticator app.
   */
  readonly method?: FactorMethod | 'backup' | undefined;
  /** The token that a sent code is bound to: the challenge, or the step-up of the session. */
  readonly sentFor: OneTimeTokenRecord | null;
}

export type FactorCheck =
  | { readonly kind: 'passed'; readonly by: FactorMethod | 'backup'; readonly consumedSentFor: boolean }
  | { readonly kind: 'wrong' }
  /** No guesses are accepted at present. `retryAt: null`: until the lockout is cleared. */
  | { readonly kind: 'paused'; readonly retryAt: number | null };

export type PassedCheck = Extract<FactorCheck, { kind: 'passed' }>;
/** Compares the code with one factor and uses it up. */
type Comparison = () => Promise<PassedCheck | null>;

/**
 * Checks a second-factor code and uses it up. The caller must commit its transaction whatever the outcome: a wrong
 * guess counts although the request fails. A guess is counted before it is compared, so that parallel guesses are all
 * counted (security.md M3, M4).
 */
export async function checkSecondFactor(
  context: TransactionContext,
  input: CheckSecondFactorInput,
): Promise<FactorCheck> {
  const method = input.method ?? detectMethod(context, input);
  if (method === 'backup') return tryBackupCode(context, input);
  // Each guess is compared with one factor only: compared with all, its chances would add up (M4).
  const compare = method === 'totp' ? await totpComparison(context, input) : sentCodeComparison(context, { ...input, method });
  // M9: there is no factor to compare with, so nothing can be learnt and no guess is counted.
  if (compare === null) return { kind: 'wrong' };
  const guess = await beginFactorAttempt(context, input.userId);
  if (guess.kind === 'paused') return guess;
  const passed = await compare();
  if (passed === null) {
    await guess.fail();
    return { kind: 'wrong' };
  }
  await guess.succeed();
  return passed;
}

/** A backup code is recognised by its format. Any other code belongs to the method by which a code was last sent. */
function detectMethod(
  { clock }: TransactionContext,
  { code, sentFor }: CheckSecondFactorInput,
): FactorMethod | 'backup' {
  if (!isDigitCode(code)) return 'backup';
  const sent = sentFor?.code ?? null;
  return sent !== null && clock.now() < sent.expiresAt ? sent.method : 'totp';
}

async function totpComparison(context: TransactionContext, { userId, code }: CheckSecondFactorInput): Promise<Comparison | null> {
  const factors = await context.unit.factors.listConfirmed(userId);
  const factor = factors.find((candidate) => candidate.method === 'totp');
  if (factor === undefined) return null;
  const secret = totpSecretOf(context, factor);
  return async () => {
    const step = totpStep({ secret, code, now: context.clock.now() });
    // M1: one store method tells whether this is the first use of the step. A replay, or the slower of two concurrent
    // requests, loses.
    if (step === null || !(await context.unit.factors.advanceStep(factor.id, step))) return null;
    return { kind: 'passed', by: 'totp', consumedSentFor: false };
  };
}

/**
 * Fails with `INTERNAL` if the key that sealed the secret is missing: no code could be right, so no guess is counted
 * (M10).
 */
export function totpSecretOf(context: Context, { sealedSecret, userId }: FactorRecord): string {
  return openOrFail(context, { sealed: sealedSecret ?? '', context: `totp:${userId}`, what: 'a TOTP secret', userId });
}

function sentCodeComparison(
  context: TransactionContext,
  { code, method, sentFor }: CheckSecondFactorInput,
): Comparison | null {
  const sent = sentFor?.code ?? null;
  const now = context.clock.now();
  if (sentFor === null || sent === null || sent.method !== method || now >= sent.expiresAt) return null;
  return async () => {
    if (!(await context.unit.oneTimeTokens.takeAttempt(sentFor.id, MAX_CODE_ATTEMPTS, now))) return null;
    if (!matchesSentCode(context, { tokenId: sentFor.id, code, sent })) return null;
    if (!(await context.unit.oneTimeTokens.consume(sentFor.id, now))) return null;
    return { kind: 'passed', by: sent.method, consumedSentFor: true };
  };
}

/** M4: 80 random bits cannot be guessed, so backup codes are not counted, work during a stop, and end it. */
async function tryBackupCode(context: TransactionContext, { userId, code }: CheckSecondFactorInput): Promise<FactorCheck> {
  const hashes = backupCodeHashes(context, { userId, code });
  if (!(await context.unit.backupCodes.use(userId, hashes, context.clock.now()))) {
    await requireKnownSecret(context, userId);
    return { kind: 'wrong' };
  }
  await clearLockout(context, userId);
  return { kind: 'passed', by: 'backup', consumedSentFor: false };
}

/** M10: without the secret that hashed the backup codes, every code would be reported as wrong. */
async function requireKnownSecret(context: TransactionContext, userId: string): Promise<void> {
  if (!(await findChangedKeys(context)).includes('secret')) return;
  context.logger.error('a backup code cannot be checked: the secret of its hash is no longer configured', { userId });
  throw new AuthError('INTERNAL');
}
