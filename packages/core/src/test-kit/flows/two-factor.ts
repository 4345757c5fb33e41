import { totp } from '../../testing/totp.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { ADA } from '../mail-test-app.js';
import type { MailTestApp } from '../mail-test-app.js';
import { PASSWORD } from '../test-app.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';

const STEP_MS = 30_000;
export const PHONE = '+14155550123';

async function setUp({ post: send }: MailTestApp, ada: LoggedIn): Promise<string> {
  return (await send('/2fa/setup', {}, ada.accessToken)).body.data.secret;
}

interface Factor {
  readonly secret: string;
  readonly backupCodes: readonly string[];
  readonly code: () => string;
}

export async function enable(world: MailTestApp, ada: LoggedIn): Promise<Factor> {
  const { clock } = world;
  const secret = await setUp(world, ada);
  const { body } = await world.post('/2fa/enable', { token: totp(secret, clock) }, ada.accessToken);
  clock.set(clock.now() + STEP_MS);
  return { secret, backupCodes: body.data.backupCodes, code: () => totp(secret, clock) };
}

async function challenge({ post: send }: MailTestApp): Promise<string> {
  return (await send('/login', { email: ADA, password: PASSWORD })).body.data.challengeToken;
}

export const twoFactorFlows: Flows = {
  'two-factor, as it stands': { route: 'twoFactor', prepare: (_world, { accessToken: token }) => ({ path: '/2fa', token }), ends: 200 },
  'a set-up': { route: 'setUpTwoFactor', prepare: (_world, { accessToken }) => post('/2fa/setup', {}, accessToken), ends: 200 },
  'a set-up by SMS': {
    route: 'setUpTwoFactor',
    prepare: (_world, { accessToken }) => post('/2fa/setup', { method: 'sms', phone: PHONE }, accessToken),
    ends: 200,
  },
  'turning it on': {
    route: 'enableTwoFactor',
    prepare: async (world, ada) => post('/2fa/enable', { token: totp(await setUp(world, ada), world.clock) }, ada.accessToken),
    ends: 200,
  },
  'turning it on by SMS': {
    route: 'enableTwoFactor',
    async prepare({ post: send, mail }, ada) {
      await send('/2fa/setup', { method: 'sms', phone: PHONE }, ada.accessToken);
      return post('/2fa/enable', { token: (await mail.next('two-factor-code')).data.code }, ada.accessToken);
    },
    ends: 200,
  },
  'a login that is challenged': {
    route: 'login',
    async prepare(world, ada) {
      await enable(world, ada);
      return post('/login', { email: ADA, password: PASSWORD });
    },
    ends: 200,
  },
  'a second factor': {
    route: 'verifyTwoFactor',
    async prepare(world, ada) {
      const { code } = await enable(world, ada);
      return post('/2fa/verify', { token: code(), challengeToken: await challenge(world), trustDevice: true });
    },
    ends: 200,
  },
  'a wrong second factor': {
    route: 'verifyTwoFactor',
    async prepare(world, ada) {
      await enable(world, ada);
      return post('/2fa/verify', { token: '000000', challengeToken: await challenge(world) });
    },
    ends: 'INVALID_TWO_FACTOR_CODE',
  },
  'a backup code': {
    route: 'verifyBackupCode',
    async prepare(world, ada) {
      const { backupCodes } = await enable(world, ada);
      return post('/2fa/verify-backup', { code: backupCodes[0], challengeToken: await challenge(world) });
    },
    ends: 200,
  },
  'a step-up': {
    route: 'verifyTwoFactor',
    async prepare(world, ada) {
      const { code } = await enable(world, ada);
      return post('/2fa/verify', { token: code() }, ada.accessToken);
    },
    ends: 200,
  },
  'having a code sent': {
    route: 'challengeTwoFactor',
    async prepare(world, ada) {
      const { post: send, mail, clock } = world;
      await send('/2fa/setup', { method: 'email' }, ada.accessToken);
      await send('/2fa/enable', { token: (await mail.next('two-factor-code')).data.code }, ada.accessToken);
      clock.set(clock.now() + 60_000);
      return post('/2fa/challenge', { method: 'email' }, ada.accessToken);
    },
    ends: 200,
  },
  'new backup codes': {
    route: 'regenerateBackupCodes',
    async prepare(world, ada) {
      const { code } = await enable(world, ada);
      const { accessToken } = (await world.post('/2fa/verify', { token: code() }, ada.accessToken)).body.data;
      await world.get('/me', accessToken);
      return post('/2fa/backup-codes', {}, accessToken);
    },
    ends: 200,
  },
  'turning it off': {
    route: 'disableTwoFactor',
    async prepare(world, ada) {
      const { code } = await enable(world, ada);
      return post('/2fa/disable', { token: code(), password: PASSWORD }, ada.accessToken);
    },
    ends: 200,
  },
  'turning it off by DELETE': {
    route: 'deleteTwoFactor',
    async prepare(world, ada) {
      const { backupCodes } = await enable(world, ada);
      return { ...post('/2fa/disable', { token: backupCodes[0] }, ada.accessToken), method: 'DELETE' };
    },
    ends: 200,
  },
};
