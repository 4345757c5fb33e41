import type { Context } from '../../context.js';
import type { AuthError } from '../../errors.js';
import { publicRoute, sessionRoute } from '../../http/define-route.js';
import { idInput, knownId, noData, noInput } from '../../http/input.js';
import { nextStepOf } from '../login/next-step.js';
import { exchangeProviderCode } from './exchange-code.js';
import { finishProvider } from './finish-provider.js';
import { listIdentities } from './list-identities.js';
import { listProviders } from './list-providers.js';
import { removeIdentity } from './remove-identity.js';
import { returnLocation } from './return-page.js';
import {
  exchangeProviderCodeData, exchangeProviderCodeInput, finishProviderInput, identitiesData, locationData, providersData, startProviderData, startProviderInput,
} from './schema.js';
import { startProvider } from './start-provider.js';

/**
 * The provider's answer, which a person's browser delivers: on success or failure, they see a page of the application.
 */
const callback = {
  path: '/providers/:provider/callback',
  requires: 'providers',
  access: 'public',
  limit: 'login',
  status: 303,
  message: 'Back to the application',
  bindsBrowser: true,
  failureLocation: (context: Context, error: AuthError) => returnLocation(context, { error: error.code }),
  input: finishProviderInput,
  data: locationData,
  errors: ['NOT_FOUND', 'INVALID_LOGIN_TOKEN', 'PROVIDER_FAILED', 'PROVIDER_DENIED', 'ACCOUNT_EXISTS', 'IDENTITY_TAKEN', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN'],
} as const;

export const providerRoutes = {
  providers: publicRoute({
    method: 'GET',
    path: '/providers',
    requires: 'providers',
    access: 'public',
    summary: 'The external providers that can be used to log in',
    status: 200,
    message: 'Providers',
    input: noInput,
    data: providersData,
    errors: [],
    handler: async (context) => ({ data: listProviders(context) }),
  }),
  startProvider: publicRoute({
    method: 'POST',
    path: '/providers/:provider/start',
    requires: 'providers',
    access: 'public-or-session',
    limit: 'login',
    summary: 'Begin a login with an external provider, or link one to the account of the session',
    status: 200,
    message: 'Send the browser to the provider',
    bindsBrowser: true,
    input: startProviderInput,
    data: startProviderData,
    errors: ['NOT_FOUND', 'UNAUTHENTICATED', 'INVALID_TOKEN', 'STEP_UP_REQUIRED', 'TWO_FACTOR_SETUP_REQUIRED', 'PROVIDER_FAILED'],
    handler: async (context, { request: { caller, current, refusal, browserToken, mount }, input }) =>
      startProvider(context, { ...input, current, refusal, browserToken, mount, caller }),
  }),
  finishProvider: publicRoute({
    ...callback,
    method: 'GET',
    changesOnGet: true,
    summary: 'Take the answer of a provider, and send the browser back to the application',
    handler: async (context, { request: { caller, browserToken }, input }) => ({
      data: await finishProvider(context, { input, browserToken, caller }),
    }),
  }),
  finishProviderForm: publicRoute({
    ...callback,
    method: 'POST',
    crossSiteForm: true,
    summary: 'Take the answer of a provider that posts it as a form',
    handler: async (context, { request: { caller, browserToken }, input }) => ({
      data: await finishProvider(context, { input, browserToken, caller }),
    }),
  }),
  exchangeProviderCode: publicRoute({
    method: 'POST',
    path: '/providers/exchange',
    requires: 'providers',
    access: 'public',
    limit: 'login',
    summary: 'Log in with the code that the browser brought back from a provider',
    status: 200,
    message: 'Login successful',
    bindsBrowser: true,
    input: exchangeProviderCodeInput,
    data: exchangeProviderCodeData,
    errors: ['INVALID_LOGIN_TOKEN', 'EMAIL_NOT_VERIFIED', 'FORBIDDEN'],
    handler: async (context, { request: { caller, cookies, browserToken, mount }, input }) => {
      const finished = await exchangeProviderCode(context, {
        ...input,
        deviceToken: input.deviceToken ?? cookies.deviceToken,
        browserToken,
        caller,
      });
      const { redirectTo } = finished.data;
      // The second factor comes first. Where to continue afterwards stands in the data, too.
      return { data: finished.data, meta: { ...(redirectTo !== null && { redirectTo }), ...nextStepOf(context, finished, mount) } };
    },
  }),
  identities: sessionRoute({
    method: 'GET',
    path: '/identities',
    requires: 'providers',
    access: 'session',
    summary: 'The external accounts that are linked to the account, newest first',
    status: 200,
    message: 'Linked identities',
    input: noInput,
    data: identitiesData,
    errors: [],
    handler: async (context, { request: { current } }) => ({ data: await listIdentities(context, current) }),
  }),
  removeIdentity: sessionRoute({
    method: 'DELETE',
    path: '/identities/:id',
    requires: 'providers',
    access: 'session+recent',
    summary: 'Remove the link to an external account',
    status: 204,
    message: 'Identity removed',
    input: idInput,
    data: noData,
    errors: ['NOT_FOUND', 'LAST_CREDENTIAL'],
    handler: async (context, { request: { caller, current }, input }) => {
      await removeIdentity(context, { id: knownId(input), current, caller });
      return { data: undefined };
    },
  }),
};
