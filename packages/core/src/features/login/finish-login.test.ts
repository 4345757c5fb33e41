import { describe, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { SessionProof } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { testContext } from '../../test-kit/test-context.js';
import { aUser, BUILT_AT } from '../../testing/builders.js';
import { withTransaction } from '../../unit-of-work.js';
import { completeChallenge } from '../two-factor/complete-challenge.js';
import { findSubject } from '../two-factor/find-subject.js';
import { finishLogin } from './finish-login.js';
import type { FinishLoginInput } from './finish-login.js';

const BY_EMAIL: SessionProof = { amr: ['email'], aal: 1 };
const BY_PASSKEY: SessionProof = { amr: ['swk', 'user', 'mfa'], aal: 2 };
const CALLER = { ip: null, userAgent: null };

/** Finishes a login of a new user with these fields. Returns the answer and the sessions that exist afterwards. */
async function finish(input: Pick<FinishLoginInput, 'proof'> & Partial<FinishLoginInput>, fields: Partial<UserRecord> = {}) {
  const context = testContext();
  const user = aUser(fields);
  await context.store.users.insert(user);
  const answer = finishLogin(context, { user, deviceToken: undefined, caller: CALLER, ...input });
  const { data } = await answer.catch((error: unknown) => ({ data: error }));
  return { context, user, data, sessions: await context.store.sessions.list(user.id) };
}

async function challengeOf(context: Context, data: unknown) {
  if (!(typeof data === 'object' && data !== null && 'challengeToken' in data)) throw new TypeError('This is not a challenge');
  const subject = await findSubject(context, { challengeToken: String(data.challengeToken), current: null });
  if (subject.kind !== 'challenge') throw new TypeError('This is not a challenge');
  return subject;
}

describe('finishLogin', () => {
  it('begins a session that records how the user was authenticated', async () => {
    const { sessions } = await finish({ proof: BY_EMAIL });
    expect(sessions).toMatchObject([BY_EMAIL]);
  });

  it('asks for the second factor after a proof of one factor, and remembers the first', async () => {
    const { context, user, data, sessions } = await finish({ proof: BY_EMAIL }, { twoFactorEnabledAt: BUILT_AT });
    expect(sessions).toEqual([]);
    const { challenge } = await challengeOf(context, data);
    const work = (tx: Parameters<typeof completeChallenge>[0]) =>
      completeChallenge(tx, { user, challenge, isConsumed: false, amr: ['otp'], caller: CALLER });
    const { session } = await withTransaction(context, { caller: CALLER, work });
    expect(session).toMatchObject({ amr: ['email', 'otp'], aal: 2 });
  });

  it('does not ask for the second factor after a proof of both', async () => {
    const { sessions } = await finish({ proof: BY_PASSKEY }, { twoFactorEnabledAt: BUILT_AT });
    expect(sessions).toMatchObject([BY_PASSKEY]);
  });

  it('refuses a disabled account with the error of its login method', async () => {
    const { context, user, data, sessions } = await finish({ proof: BY_EMAIL, refusedAs: 'INVALID_TOKEN' }, { disabledAt: BUILT_AT });
    expect(data).toMatchObject({ code: 'INVALID_TOKEN' });
    expect(sessions).toEqual([]);
    const events = await context.store.events.list(user.id, { limit: 10 });
    expect(events).toMatchObject([{ type: 'login.failed', detail: { reason: 'disabled-account' } }]);
  });

  it.each([
    ['session', null],
    ['challenge', BUILT_AT],
  ])('begins no %s if another request consumed the proof', async (_, twoFactorEnabledAt) => {
    const consume = () => Promise.reject(new AuthError('INVALID_TOKEN'));
    const { context, user, data, sessions } = await finish({ proof: BY_EMAIL, consume }, { twoFactorEnabledAt });
    expect(data).toMatchObject({ code: 'INVALID_TOKEN' });
    expect(sessions).toEqual([]);
    expect(await context.store.oneTimeTokens.list(user.id)).toEqual([]);
  });

  it('begins a session for the user that the proof returns', async () => {
    const consume: FinishLoginInput['consume'] = async ({ unit }) => {
      const user = aUser({ role: 'made' });
      await unit.users.insert(user);
      return user;
    };
    const { context, data } = await finish({ proof: BY_EMAIL, consume });
    const { sub, role } = await context.accessTokens.verify(String(Reflect.get(Object(data), 'accessToken')));
    expect([(await context.store.users.find(sub))?.role, role]).toEqual(['made', 'made']);
  });

  it('L4: is refused if the second factor is still on after the proof', async () => {
    const consume: FinishLoginInput['consume'] = () => Promise.resolve(aUser({ twoFactorEnabledAt: BUILT_AT }));
    const { data, sessions } = await finish({ proof: BY_EMAIL, consume });
    expect([Reflect.get(Object(data), 'code'), sessions]).toEqual(['INVALID_CREDENTIALS', []]);
  });

  it('L4: is refused if the account changed since the proof', async () => {
    const consume: FinishLoginInput['consume'] = async ({ unit }) => {
      const [user] = await unit.users.list({ filter: {}, limit: 1 });
      await unit.users.setPassword(user?.id ?? '', { hash: 'another', at: BUILT_AT });
    };
    const { data, sessions } = await finish({ proof: BY_EMAIL, consume });
    expect(data).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(sessions).toEqual([]);
  });
});
