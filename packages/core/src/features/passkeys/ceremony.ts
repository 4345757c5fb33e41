import * as v from 'valibot';
import type { Context } from '../../context.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { open, seal } from '../../crypto/sealed.js';
import { parse, type Schema } from '../../foundation/parse.js';
import type { TransactionContext } from '../../unit-of-work.js';

/** Five minutes (security.md W1). */
export const CEREMONY_MS: number = 5 * 60_000;
const CHALLENGE_BYTES = 32;
/**
 * Twice the lifetime of a ceremony, so that the ceremony expires before its use is forgotten, even if the clocks of
 * processes differ.
 */
const USED: readonly [{ readonly max: 1; readonly windowMs: number }] = [{ max: 1, windowMs: 2 * CEREMONY_MS }];

export type CeremonyKind = 'passkey-registration' | 'passkey-authentication';

/** One challenge for an authenticator, and who its answer is for. */
export interface Ceremony {
  /** base64url. */
  readonly challenge: string;
  readonly expiresAt: number;
  /** Only of a registration: the session that began it, and the user handle of the new passkey. */
  readonly sessionId: string | null;
  readonly userHandle: string | null;
}

const ceremony: Schema<Ceremony> = v.strictObject({
  challenge: v.string(),
  expiresAt: v.number(),
  sessionId: v.nullable(v.string()),
  userHandle: v.nullable(v.string()),
});

export interface BegunCeremony extends Ceremony {
  readonly token: string;
}

/**
 * Begins a ceremony. Nothing is stored before it is used: otherwise every view of a login page would write a row
 * (security.md Z4). It is sealed into the token; tokens of one kind are not accepted as another (W1, T2).
 */
export function beginCeremony(
  context: Context,
  { kind, sessionId = null, userHandle = null }: Partial<Pick<Ceremony, 'sessionId' | 'userHandle'>> & { readonly kind: CeremonyKind },
): BegunCeremony {
  const challenge = encodeBase64url(context.random.bytes(CHALLENGE_BYTES));
  const begun: Ceremony = { challenge, expiresAt: context.clock.now() + CEREMONY_MS, sessionId, userHandle };
  return { ...begun, token: seal(context, { plain: JSON.stringify(begun), context: kind }) };
}

/** The ceremony of the token; `null` if it is of another kind, was tampered with or has expired. */
export function openCeremony(
  { keyring, clock }: Context,
  { kind, token }: { readonly kind: CeremonyKind; readonly token: string },
): Ceremony | null {
  const plain = open(keyring, { sealed: token, context: kind });
  const parsed = plain === null ? null : parse(ceremony, JSON.parse(plain));
  return parsed?.ok === true && clock.now() < parsed.value.expiresAt ? parsed.value : null;
}

/**
 * Uses the ceremony up, and returns whether this was its first use. Of several concurrent uses exactly one is
 * (security.md W1).
 */
export async function useCeremony({ unit, clock, makeId }: TransactionContext, { challenge }: Ceremony): Promise<boolean> {
  const hit = { hitId: makeId(), key: `passkey-challenge:${challenge}`, limits: USED, now: clock.now() };
  return (await unit.counters.take(hit)).kind === 'taken';
}
