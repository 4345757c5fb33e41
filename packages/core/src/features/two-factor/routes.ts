import { publicRoute, sessionRoute, type HandlerResult } from '../../http/define-route.js';
import { noInput } from '../../http/input.js';
import { disable } from './disable.js';
import { enable } from './enable.js';
import { regenerateBackupCodes } from './regenerate-backup-codes.js';
import * as schema from './schema.js';
import { sendChallenge } from './send-challenge.js';
import { setUp } from './set-up.js';
import { twoFactorStatus } from './two-factor-status.js';
import { verifySecondFactor, type VerifiedSecondFactor } from './verify-second-factor.js';

const disableRoute = {
  path: '/2fa/disable',
  requires: 'twoFactor',
  access: 'session',
  limit: 'secondFactor',
  summary: 'Turn two-factor off, by a code or backup code, and the password unless the session is recent',
  status: 200,
  message: 'Two-factor authentication is off',
  input: schema.disableInput,
  data: schema.disableData,
  errors: [
    'TWO_FACTOR_NOT_ENABLED',
    'INVALID_TWO_FACTOR_CODE',
    'INVALID_CREDENTIALS',
    'STEP_UP_REQUIRED',
    'TOO_MANY_REQUESTS',
    'OVERLOADED',
  ],
  handler: async (context, { request: { current, caller }, input }) => ({
    data: await disable(context, { ...input, current, caller }),
    meta: { securityNote: 'Your account is protected by its password alone. Devices are no longer trusted.', redirectTo: '/login' },
  }),
} as const satisfies Omit<Parameters<typeof sessionRoute<schema.DisableInput, schema.DisableData>>[0], 'method'>;

const VERIFY_ERRORS = [
  'UNAUTHENTICATED',
  'INVALID_TOKEN',
  'INVALID_TWO_FACTOR_CODE',
  'TWO_FACTOR_NOT_ENABLED',
  'FORBIDDEN',
  'TOO_MANY_REQUESTS',
] as const;

export const twoFactorRoutes = {
  twoFactor: sessionRoute({
    method: 'GET',
    path: '/2fa',
    requires: 'twoFactor',
    access: 'session',
    summary: 'The second factors of the account',
    status: 200,
    message: 'Two-factor status',
    beforeSetup: true,
    input: noInput,
    data: schema.twoFactorStatusData,
    errors: [],
    handler: async (context, { request: { current } }) => ({ data: await twoFactorStatus(context, current.user) }),
  }),
  setUpTwoFactor: sessionRoute({
    method: 'POST',
    path: '/2fa/setup',
    requires: 'twoFactor',
    access: 'session+recent',
    limit: 'secondFactor',
    summary: 'Begin to set up a second factor, which is off until it is confirmed',
    status: 200,
    message: 'Set-up begun',
    beforeSetup: true,
    input: schema.setUpInput,
    data: schema.setUpData,
    errors: ['TWO_FACTOR_ALREADY_ENABLED', 'TOO_MANY_REQUESTS'],
    handler: async (context, { request: { current, caller, mount }, input }) => ({
      data: await setUp(context, { ...input, current, caller }),
      meta: { nextStep: 'Confirm with a code', redirectTo: `${mount}/2fa/enable` },
    }),
  }),
  enableTwoFactor: sessionRoute({
    method: 'POST',
    path: '/2fa/enable',
    requires: 'twoFactor',
    access: 'session',
    limit: 'secondFactor',
    summary: 'Confirm the set-up and turn two-factor on; other sessions end',
    status: 200,
    message: 'Two-factor authentication is on',
    beforeSetup: true,
    input: schema.enableInput,
    data: schema.enableData,
    errors: ['TWO_FACTOR_NOT_PENDING', 'INVALID_TWO_FACTOR_CODE', 'STEP_UP_REQUIRED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'],
    handler: async (context, { request: { current, caller, mount }, input }) => ({
      data: await enable(context, { ...input, current, caller }),
      meta: { nextStep: 'Keep the backup codes, then verify with the next code', redirectTo: `${mount}/2fa/verify` },
    }),
  }),
  challengeTwoFactor: publicRoute({
    method: 'POST',
    path: '/2fa/challenge',
    requires: 'twoFactor',
    access: 'challenge-or-session',
    limit: 'secondFactor',
    summary: 'Send a code, also a second time',
    status: 200,
    message: 'Ready for the code',
    input: schema.challengeInput,
    data: schema.sentChallengeData,
    errors: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOO_MANY_REQUESTS'],
    handler: async (context, { request: { current, caller, challengeToken }, input }) => ({
      data: await sendChallenge(context, { challengeToken, ...input, current, caller }),
    }),
  }),
  verifyTwoFactor: publicRoute({
    method: 'POST',
    path: '/2fa/verify',
    requires: 'twoFactor',
    access: 'challenge-or-session',
    limit: 'secondFactor',
    summary: 'Pass the second factor: completes a login, or steps a session up',
    status: 200,
    message: 'Verification successful',
    input: schema.verifyInput,
    data: schema.verifyData,
    errors: VERIFY_ERRORS,
    handler: async (context, { request: { current, caller, challengeToken }, input: { token: code, ...input } }) =>
      verified(await verifySecondFactor(context, { challengeToken, ...input, code, current, caller })),
  }),
  verifyBackupCode: publicRoute({
    method: 'POST',
    path: '/2fa/verify-backup',
    requires: 'twoFactor',
    access: 'challenge-or-session',
    limit: 'secondFactor',
    summary: 'Pass the second factor with a backup code',
    status: 200,
    message: 'Verification successful',
    input: schema.verifyBackupInput,
    data: schema.verifyData,
    errors: VERIFY_ERRORS,
    handler: async (context, { request: { current, caller, challengeToken }, input }) =>
      verified(await verifySecondFactor(context, { challengeToken, ...input, method: 'backup', current, caller })),
  }),
  regenerateBackupCodes: sessionRoute({
    method: 'POST',
    path: '/2fa/backup-codes',
    requires: 'twoFactor',
    access: 'session+recent',
    summary: 'Make new backup codes; the old ones are void',
    status: 200,
    message: 'New backup codes',
    input: noInput,
    data: schema.backupCodesData,
    errors: ['TWO_FACTOR_NOT_ENABLED'],
    handler: async (context, { request: { current, caller } }) => ({
      data: await regenerateBackupCodes(context, { current, caller }),
    }),
  }),
  disableTwoFactor: sessionRoute({ method: 'POST', ...disableRoute }),
  deleteTwoFactor: sessionRoute({ method: 'DELETE', ...disableRoute }),
};

const FEW_BACKUP_CODES = 3;

function verified({ data, backupCodesRemaining }: VerifiedSecondFactor): HandlerResult<schema.VerifyData> {
  const recommendation =
    backupCodesRemaining <= FEW_BACKUP_CODES
      ? `Only ${backupCodesRemaining} backup codes are left: make new ones`
      : 'Keep your backup codes where only you can find them';
  return { data, meta: { recommendation, redirectTo: '/' } };
}
