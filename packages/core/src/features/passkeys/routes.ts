import { publicRoute, sessionRoute } from '../../http/define-route.js';
import { idInput, knownId, noData, noInput } from '../../http/input.js';
import { verifyData } from '../two-factor/schema.js';
import { authenticatePasskey } from './authenticate-passkey.js';
import { beginAuthentication } from './begin-authentication.js';
import { beginRegistration } from './begin-registration.js';
import { authenticatePasskeyInput, authenticationOptionsData, registerPasskeyInput, registrationOptionsData } from './ceremony-schema.js';
import { listPasskeys } from './list-passkeys.js';
import { registerPasskey } from './register-passkey.js';
import { removePasskey } from './remove-passkey.js';
import { renamePasskey } from './rename-passkey.js';
import { passkeyData, passkeysData, renamePasskeyInput } from './schema.js';

export const passkeyRoutes = {
  beginPasskeyRegistration: sessionRoute({
    method: 'POST',
    path: '/passkeys/registration/options',
    requires: 'passkeys',
    access: 'session+recent',
    beforeSetup: true,
    summary: 'Begin to register a passkey: options for navigator.credentials.create',
    status: 200,
    message: 'Registration begun',
    input: noInput,
    data: registrationOptionsData,
    errors: ['FORBIDDEN'],
    handler: async (context, { request: { current } }) => ({ data: await beginRegistration(context, current) }),
  }),
  registerPasskey: sessionRoute({
    method: 'POST',
    path: '/passkeys/registration',
    requires: 'passkeys',
    access: 'session',
    beforeSetup: true,
    limit: 'secondFactor',
    summary: 'Register the passkey that the authenticator made',
    status: 201,
    message: 'Passkey registered',
    input: registerPasskeyInput,
    data: passkeyData,
    errors: ['INVALID_PASSKEY', 'STEP_UP_REQUIRED'],
    handler: async (context, { request: { current, caller }, input }) => ({
      data: await registerPasskey(context, { ...input, current, caller }),
    }),
  }),
  passkeys: sessionRoute({
    method: 'GET',
    path: '/passkeys',
    requires: 'passkeys',
    access: 'session',
    summary: "The account's passkeys, newest first",
    status: 200,
    message: 'Passkeys',
    input: noInput,
    data: passkeysData,
    errors: [],
    handler: async (context, { request: { current } }) => ({ data: await listPasskeys(context, current.user.id) }),
  }),
  renamePasskey: sessionRoute({
    method: 'PATCH',
    path: '/passkeys/:id',
    requires: 'passkeys',
    access: 'session',
    summary: 'Rename a passkey',
    status: 200,
    message: 'Passkey renamed',
    input: renamePasskeyInput,
    data: passkeyData,
    errors: ['NOT_FOUND'],
    handler: async (context, { request: { current, caller }, input }) => ({
      data: await renamePasskey(context, { ...input, id: knownId(input), current, caller }),
    }),
  }),
  removePasskey: sessionRoute({
    method: 'DELETE',
    path: '/passkeys/:id',
    requires: 'passkeys',
    access: 'session+recent',
    summary: 'Remove a passkey, unless it is the only way to log in',
    status: 204,
    message: 'Passkey removed',
    input: idInput,
    data: noData,
    errors: ['NOT_FOUND', 'LAST_CREDENTIAL'],
    handler: async (context, { request: { current, caller }, input }) => {
      await removePasskey(context, { id: knownId(input), current, caller });
      return { data: undefined };
    },
  }),
  beginPasskeyAuthentication: publicRoute({
    method: 'POST',
    path: '/passkeys/authentication/options',
    requires: 'passkeys',
    access: 'public',
    summary: 'Begin the use of a passkey: options for navigator.credentials.get, the same for everybody',
    status: 200,
    message: 'Authentication begun',
    input: noInput,
    data: authenticationOptionsData,
    errors: [],
    handler: async (context) => ({ data: beginAuthentication(context) }),
  }),
  authenticatePasskey: publicRoute({
    method: 'POST',
    path: '/passkeys/authentication',
    requires: 'passkeys',
    access: 'public-or-challenge-or-session',
    limit: 'login',
    summary: 'Log in by a passkey, answer the challenge of a login, or step a session up',
    status: 200,
    message: 'Verification successful',
    input: authenticatePasskeyInput,
    data: verifyData,
    errors: ['INVALID_PASSKEY', 'INVALID_TOKEN', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN'],
    handler: async (context, { request: { current, caller, cookies, challengeToken }, input }) => ({
      data: await authenticatePasskey(context, {
        challengeToken,
        ...input,
        deviceToken: input.deviceToken ?? cookies.deviceToken,
        current,
        caller,
      }),
      meta: { redirectTo: '/' },
    }),
  }),
};
