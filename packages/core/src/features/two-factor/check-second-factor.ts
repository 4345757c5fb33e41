import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { open } from '../../crypto/sealed.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { backupCodeHashes } from './backup-code.js';
import { beginFactorAttempt } from './begin-factor-attempt.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from './sent-code.js';
import { totpStep } from './totp.js';

export interface CheckSecondFactorInput {
  readonly userId: string;
  readonly code: string;
  /** Default: a code sent and still good, else the authenticator app. */
  readonly method?: FactorMethod | 'backup' | undefined;
  /** Takes what does not look like a sent code for a backup code. */
  readonly acceptBackupCodes?: boolean;
  /** What a code may have been sent for: the challenge, or the step-up of the session. */
  readonly sentFor: OneTimeTokenRecord | null;
}

export type FactorCheck =
  | { readonly kind: 'passed'; readonly by: FactorMethod | 'backup'; readonly consumedSentFor: boolean }
  | { readonly kind: 'wrong' }
  /** No more guesses for now; `retryAt: null` until the account is recovered. */
  | { readonly kind: 'paused'; readonly retryAt: number | null };

/**
 * Checks a second-factor code and uses it up, within the caller's transaction, which has to be committed whatever comes
 * out: a wrong guess counts although the request fails. The guess is counted before it is compared, so that parallel
 * guesses are as many guesses (security.md M3, M4).
 */
export async function checkSecondFactor(
  context: TransactionContext,
  input: CheckSecondFactorInput,
): Promise<FactorCheck> {
  const guess = await beginFactorAttempt(context, input.userId);
  if (guess.kind === 'paused') return guess;
  const passed = await compare(context, input);
  if (passed === null) {
    await guess.fail();
    return { kind: 'wrong' };
  }
  await guess.succeed();
  return passed;
}

type Passed = Extract<FactorCheck, { kind: 'passed' }>;

/**
 * A guess is compared with one thing only: compared with every factor at once it would have the chances of all of them
 * added up, and M4's sum would not hold.
 */
function compare(context: TransactionContext, input: CheckSecondFactorInput): Promise<Passed | null> {
  switch (input.method ?? guessMethod(context, input)) {
    case 'totp':
      return tryTotp(context, input);
    case 'sms':
    case 'email':
      return trySentCode(context, input);
    case 'backup':
      return tryBackupCode(context, input);
  }
}

/** What a code is that comes without its method: a backup code by its shape, else of the method asked for last. */
function guessMethod(
  { clock }: TransactionContext,
  { code, acceptBackupCodes = false, sentFor }: CheckSecondFactorInput,
): FactorMethod | 'backup' {
  if (acceptBackupCodes && !/^[0-9]{6}$/.test(code)) return 'backup';
  const sent = sentFor?.code ?? null;
  return sent !== null && clock.now() < sent.expiresAt ? sent.method : 'totp';
}

async function tryTotp(context: TransactionContext, { userId, code }: CheckSecondFactorInput): Promise<Passed | null> {
  const factors = await context.unit.factors.listConfirmed(userId);
  const factor = factors.find((candidate) => candidate.method === 'totp');
  const step = factor === undefined ? null : stepOf(context, { factor, code });
  // M1: one method says whether this is the first time for the step; a replay, or the slower of two, loses.
  if (factor === undefined || step === null || !(await context.unit.factors.advanceStep(factor.id, step))) return null;
  return { kind: 'passed', by: 'totp', consumedSentFor: false };
}

/** The time step that this TOTP factor takes the code for. */
export function stepOf(
  { clock, keyring }: Context,
  { factor, code }: { readonly factor: FactorRecord; readonly code: string },
): number | null {
  const { sealedSecret, userId } = factor;
  const secret = sealedSecret === null ? null : open(keyring, { sealed: sealedSecret, context: `totp:${userId}` });
  return secret === null ? null : totpStep({ secret, code, now: clock.now() });
}

async function trySentCode(
  context: TransactionContext,
  { code, method, sentFor }: CheckSecondFactorInput,
): Promise<Passed | null> {
  const sent = sentFor?.code ?? null;
  if (sentFor === null || sent === null || (method ?? sent.method) !== sent.method) return null;
  const now = context.clock.now();
  if (!(await context.unit.oneTimeTokens.takeAttempt(sentFor.id, MAX_CODE_ATTEMPTS, now))) return null;
  if (!matchesSentCode(context, { tokenId: sentFor.id, code, sent })) return null;
  if (!(await context.unit.oneTimeTokens.consume(sentFor.id, now))) return null;
  return { kind: 'passed', by: sent.method, consumedSentFor: true };
}

async function tryBackupCode(
  context: TransactionContext,
  { userId, code }: CheckSecondFactorInput,
): Promise<Passed | null> {
  const hashes = backupCodeHashes(context, { userId, code });
  if (hashes.length === 0 || !(await context.unit.backupCodes.use(userId, hashes, context.clock.now()))) return null;
  return { kind: 'passed', by: 'backup', consumedSentFor: false };
}
