import type { ProviderOptions } from '@sallyport/core';
import { apple, github, google, microsoft } from '@sallyport/providers';
import type { EnvironmentReader } from './environment.js';

/** The external providers whose client id the environment names. */
export function readProviders(env: EnvironmentReader): ProviderOptions {
  const secretsOf = (name: string): { readonly clientId: string; readonly clientSecret: string } | null => {
    const clientId = env.text(`${name}_CLIENT_ID`);
    if (clientId === undefined) return null;
    const clientSecret = env.required(`${name}_CLIENT_SECRET`, `with ${name}_CLIENT_ID`);
    return clientSecret === '' ? null : { clientId, clientSecret };
  };
  const [ofGoogle, ofGithub, ofMicrosoft] = [secretsOf('GOOGLE'), secretsOf('GITHUB'), secretsOf('MICROSOFT')];
  return {
    ...(ofGoogle !== null && { google: google(ofGoogle) }),
    ...(ofGithub !== null && { github: github(ofGithub) }),
    ...(ofMicrosoft !== null && { microsoft: microsoft({ ...ofMicrosoft, tenant: env.text('MICROSOFT_TENANT') ?? 'common' }) }),
    ...readApple(env),
  };
}

function readApple(env: EnvironmentReader): ProviderOptions {
  const clientId = env.text('APPLE_CLIENT_ID');
  if (clientId === undefined) return {};
  const why = 'with APPLE_CLIENT_ID';
  const teamId = env.required('APPLE_TEAM_ID', why);
  const keyId = env.required('APPLE_KEY_ID', why);
  const privateKey = env.required('APPLE_PRIVATE_KEY', why);
  if (teamId === '' || keyId === '' || privateKey === '') return {};
  if (privateKey.includes('PRIVATE KEY')) return { apple: apple({ clientId, teamId, keyId, privateKey }) };
  env.addIssue('APPLE_PRIVATE_KEY must be the text of the .p8 file; line breaks may be written as \\n.');
  return {};
}
