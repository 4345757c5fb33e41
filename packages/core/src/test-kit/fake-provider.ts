import { createHash } from 'node:crypto';
import type { Provider, ProviderAnswer, ProviderIdentity, ProviderStart } from '../ports/provider.js';

export const BASE_URL = 'https://api.example.com';
export const RETURN_PAGE = 'https://app.example.com/return';

/** An identity from a provider, with a verified address. */
export function anIdentity(fields: Partial<ProviderIdentity> = {}): ProviderIdentity {
  return { issuer: 'https://provider.example', subject: 'subject of ada', email: 'ada@example.com', emailVerified: true, name: 'Ada Lovelace', ...fields };
}

export interface FakeProvider extends Provider {
  /** The query of the callback after this user has logged in at the URL from `start`. */
  readonly approve: (url: string, identity?: ProviderIdentity) => string;
  /** The arguments of `finish`, in order. */
  readonly answers: ProviderAnswer[];
}

/** A provider that accepts each of its own codes once, for the attempt that it was made for. */
export function fakeProvider({ codesWorkOnce = true, ...fields }: Partial<Provider> & { readonly codesWorkOnce?: boolean } = {}): FakeProvider {
  const starts = new Map<string, ProviderStart>();
  const codes = new Map<string, { readonly start: ProviderStart; readonly identity: ProviderIdentity }>();
  const answers: ProviderAnswer[] = [];
  return {
    name: 'Fake',
    answers,
    async start(attempt) {
      starts.set(attempt.state, attempt);
      return `https://provider.example/authorize?${new URLSearchParams({ state: attempt.state }).toString()}`;
    },
    async finish(answer) {
      answers.push(answer);
      const { code = '' } = answer.parameters;
      const granted = codes.get(code);
      if (codesWorkOnce) codes.delete(code);
      if (granted === undefined) throw new Error('invalid_grant');
      const { start, identity } = granted;
      const isSame = start.nonce === answer.nonce && start.redirectUri === answer.redirectUri && start.state === answer.state;
      if (!isSame || createHash('sha256').update(answer.codeVerifier).digest('base64url') !== start.codeChallenge) throw new Error('mismatch');
      return identity;
    },
    approve(url, identity = anIdentity()) {
      const state = new URL(url).searchParams.get('state') ?? '';
      const start = starts.get(state);
      if (start === undefined) throw new Error('no login was started with this URL');
      const code = `code ${codes.size} of ${state}`;
      codes.set(code, { start, identity });
      return new URLSearchParams({ code, state }).toString();
    },
    ...fields,
  };
}
