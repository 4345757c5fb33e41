import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { base64url, createLocalJWKSet, exportJWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { createAuth } from '../create-auth.js';
import { createKeyring } from '../crypto/keyring.js';
import type { AuthError } from '../errors.js';
import { createTestApp, SECRET, sender } from '../test-kit/test-app.js';
import { textOf } from '../testing/client.js';
import { loginAs } from '../testing/login-as.js';
import type { TokenOptions } from '../features/tokens/options.js';

const OLDER_SECRET = 'the secret of last year, 32 bytes long or more';
const REFUSED = ['INVALID_TOKEN', 'INVALID_TOKEN'];
const DAY = 24 * 60 * 60 * 1_000;

const pem = (type: 'ed25519' | 'ec'): string => {
  const { privateKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const edKey = pem('ed25519');
const ecKey = pem('ec');

/** A session, its parsed token, and its signing key for forgeries. */
async function forgery(tokens: TokenOptions = {}) {
  const world = createTestApp({ tokens });
  const session = await loginAs(world.auth);
  const [head = '', body = '', signature = ''] = session.accessToken.split('.');
  const header: JWTHeaderParameters = JSON.parse(new TextDecoder().decode(base64url.decode(head)));
  const claims: JWTPayload = JSON.parse(new TextDecoder().decode(base64url.decode(body)));
  const key = createKeyring([SECRET]).newest('access-token');
  const sign = (payload: object, changes: Partial<JWTHeaderParameters> = {}, by: Uint8Array = key) =>
    new SignJWT({ ...payload }).setProtectedHeader({ ...header, ...changes }).sign(by);
  /** The results of stateless verification and of a route for the token. */
  const verdict = async (token: string) => {
    const stateless = await world.auth.verifyAccessToken(token).then(() => 'accepted', (error: AuthError) => error.code);
    const { body } = await world.get('/me', token);
    return [stateless, body.success ? 'accepted' : body.code];
  };
  return { ...world, ...session, head, body, signature, header, claims, key, sign, verdict };
}

describe('an access token', () => {
  it('T1: is identical to the token that jose creates from the same header and claims', async () => {
    const { accessToken, claims, sign } = await forgery();
    expect(await sign(claims)).toBe(accessToken);
  });

  it('T1: has the claims of RFC 9068, and is valid for ten minutes', async () => {
    const { header, claims, userId, sessionId, clock, key, sign, auth } = await forgery();
    const now = clock.now() / 1_000;
    expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(claims).toEqual({
      iss: 'sallyport',
      aud: 'sallyport',
      sub: userId,
      sid: sessionId,
      iat: now,
      exp: now + 600,
      auth_time: now,
      amr: ['pwd'],
      acr: 'aal1',
      role: 'user',
      ver: 0,
      gen: 0,
    });
    // Control: with the right key and without changes the token is accepted, so the forgeries below fail because of
    // their changes.
    expect(await auth.verifyAccessToken(await sign(claims, {}, key))).toEqual(claims);
  });

  it('T1: is refused once it has expired, by the application’s clock', async () => {
    const { accessToken, clock, verdict } = await forgery();
    await clock.advance(599_999);
    expect(await verdict(accessToken)).toEqual(['accepted', 'accepted']);
    await clock.advance(1);
    expect(await verdict(accessToken)).toEqual(REFUSED);
  });

  it('T1: issued more than a minute ahead is refused; a smaller clock difference is accepted', async () => {
    const { claims, sign, clock, verdict } = await forgery();
    const ahead = async (seconds: number): Promise<string> => sign({ ...claims, iat: clock.now() / 1_000 + seconds, exp: clock.now() / 1_000 + seconds + 600 });
    expect(await verdict(await ahead(60))).toEqual(['accepted', 'accepted']);
    expect(await verdict(await ahead(61))).toEqual(REFUSED);
    expect(await verdict(await ahead(3_600))).toEqual(REFUSED);
  });

  it('T1: without a signature is refused', async () => {
    const { claims, head, body, verdict } = await forgery();
    expect(await verdict(new UnsecuredJWT(claims).encode())).toEqual(REFUSED);
    expect(await verdict(`${head}.${body}.`)).toEqual(REFUSED);
    expect(await verdict(`${base64url.encode('{"alg":"none","typ":"at+jwt"}')}.${body}.`)).toEqual(REFUSED);
    expect(await verdict(`${head}.${body}`)).toEqual(REFUSED);
  });

  it.each([
    { alg: 'HS512' },
    { alg: 'HS384' },
    { typ: 'JWT' },
    { typ: 'rt+jwt' },
    { kid: '' },
    { kid: 'other' },
    { kid: '__proto__' },
    { kid: '../../dev/null' },
    { kid: "' OR 1=1 --" },
    { jku: 'https://forger.example/keys' },
    { x5u: 'https://forger.example/cert' },
    { x5c: ['MIIB'] },
    { jwk: { kty: 'oct', k: 'AAAA' } },
  ])('T1: with the header %j is refused, even if the correct key signed it', async (changes) => {
    const { sign, claims, key, verdict } = await forgery();
    expect(await verdict(await sign(claims, changes, pad(key, changes)))).toEqual(REFUSED);
  });

  it('T1: without typ or kid is refused', async () => {
    const { claims, key, header, verdict } = await forgery();
    const { kid = '', typ = '' } = header;
    expect(await verdict(await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(key))).toEqual(REFUSED);
    expect(await verdict(await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ }).sign(key))).toEqual(REFUSED);
  });

  it('T1: with a critical extension is refused', async () => {
    const { claims, key, header, verdict } = await forgery();
    const token = new SignJWT(claims).setProtectedHeader({ ...header, crit: ['b64'], b64: true });
    expect(await verdict(await token.sign(key))).toEqual(REFUSED);
  });

  it('T1: signed with a key in its own header is refused', async () => {
    const { claims, header, verdict } = await forgery();
    const own = new TextEncoder().encode('k'.repeat(32));
    const jwk = { kty: 'oct', k: base64url.encode(own) };
    expect(await verdict(await new SignJWT(claims).setProtectedHeader({ ...header, jwk }).sign(own))).toEqual(REFUSED);
    const pair = generateKeyPairSync('ed25519');
    const publicJwk = await exportJWK(pair.publicKey);
    expect(await verdict(await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', jwk: publicJwk }).sign(pair.privateKey))).toEqual(REFUSED);
  });

  it.each(['exp', 'iat', 'sub', 'sid', 'iss', 'aud', 'ver', 'role', 'acr', 'amr', 'auth_time'])(
    'T1: without %s is refused',
    async (name) => {
      const { sign, claims, verdict } = await forgery();
      const { [name]: _, ...rest } = claims;
      expect(await verdict(await sign(rest))).toEqual(REFUSED);
    },
  );

  it.each([
    { sub: 1 },
    { sub: '1' },
    { sub: ['01JGFJJZ00ZZZZZZZZZZZZZZZZ'] },
    { sid: 7 },
    { sid: '' },
    { iss: 'somebody' },
    { iss: ['sallyport'] },
    { aud: 'somebody' },
    { aud: ['sallyport', 'somebody'] },
    { aud: '' },
    { exp: '9999999999' },
    { exp: 9_999_999_999.5 },
    { exp: 1 },
    { iat: 'now' },
    { nbf: 9_999_999_999 },
    { ver: '0' },
    { acr: 'aal3' },
    { amr: 'pwd' },
    { role: null },
  ])('T1: with the claims %j is refused', async (changes) => {
    const { sign, claims, verdict } = await forgery();
    expect(await verdict(await sign({ ...claims, ...changes }))).toEqual(REFUSED);
  });

  it('T1: with a claim of another user, session or level under the old signature is refused', async () => {
    const { head, claims, signature, verdict } = await forgery();
    for (const changes of [{ role: 'admin' }, { acr: 'aal2' }, { sid: '01JGFJJZ00ZZZZZZZZZZZZZZZZ' }, { exp: 9_999_999_999 }]) {
      expect(await verdict(`${head}.${base64url.encode(JSON.stringify({ ...claims, ...changes }))}.${signature}`)).toEqual(REFUSED);
    }
  });

  it('T1: has one encoding: changed trailing bits, padding, spaces and further parts are refused', async () => {
    const { auth, accessToken, head, body, signature, verdict } = await forgery();
    // Cache the token first, so that a variant could be mistaken for it.
    await auth.verifyAccessToken(accessToken);
    const last = signature.at(-1) ?? '';
    const respelled = signature.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1);
    expect(Buffer.from(respelled, 'base64url').equals(Buffer.from(signature, 'base64url'))).toBe(true);
    expect(await verdict(`${head}.${body}.${respelled}`)).toEqual(REFUSED);
    expect(await verdict(`${accessToken}=`)).toEqual(REFUSED);
    expect(await verdict(`${accessToken}.`)).toEqual(REFUSED);
    expect(await verdict(`${accessToken}.${signature}`)).toEqual(REFUSED);
    expect(await verdict(`${head}.${body}.${signature.replace(/[-_]/g, '+')}x`)).toEqual(REFUSED);
    expect(await verdict(`${head.slice(0, -1)}.${body}.${signature}`)).toEqual(REFUSED);
  });

  it('T1: of more than 4 KiB is refused unread', async () => {
    const { sign, claims, verdict } = await forgery();
    expect(await verdict(await sign({ ...claims, padding: 'x'.repeat(5_000) }))).toEqual(REFUSED);
  });

  it('T1: of another application with the same secret, but another issuer or audience, is refused', async () => {
    const ours = await forgery();
    for (const tokens of [{ issuer: 'https://other.example' }, { audience: 'https://other.example' }]) {
      const other = createAuth({ ...ours.config, tokens });
      const { accessToken } = await loginAs(other);
      await other.verifyAccessToken(accessToken);
      expect(await ours.verdict(accessToken)).toEqual(REFUSED);
    }
  });

  it.each([
    ['EdDSA', edKey],
    ['ES256', ecKey],
  ] as const)('T1: signed by HMAC with the public %s key, in any format, is refused', async (alg, privateKey) => {
    const { claims, header, verdict } = await forgery({ keys: [{ alg, privateKey }] });
    const publicKey = createPublicKey(privateKey);
    const jwk = publicKey.export({ format: 'jwk' });
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      publicKey.export({ type: 'spki', format: 'pem' }).toString().trimEnd(),
      publicKey.export({ type: 'spki', format: 'der' }),
      Buffer.from(jwk.x ?? '', 'base64url'),
      JSON.stringify(jwk),
    ];
    for (const form of forms) {
      const bytes = typeof form === 'string' ? new TextEncoder().encode(form) : new Uint8Array(form);
      expect(await verdict(await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(bytes))).toEqual(REFUSED);
    }
    // If keys were given, the key derived from the secret is not accepted either.
    const derived = createKeyring([SECRET]).newest('access-token');
    expect(await verdict(await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(derived))).toEqual(REFUSED);
  });

  it('T1: signed by one key with the key id of another is refused', async () => {
    const keys = [
      { alg: 'EdDSA', privateKey: edKey, kid: 'ed' },
      { alg: 'ES256', privateKey: ecKey, kid: 'ec' },
    ] as const;
    const { claims, header, verdict, auth } = await forgery({ keys });
    const byEc = (kid: string) =>
      new SignJWT(claims).setProtectedHeader({ ...header, alg: 'ES256', kid }).sign(createPrivateKey(ecKey));
    await auth.verifyAccessToken(await byEc('ec'));
    expect(await verdict(await byEc('ed'))).toEqual(REFUSED);
  });
});

describe('the kinds of token', () => {
  it('T2: are not accepted in place of one another', async () => {
    const { get, post, auth, accessToken, refreshToken, deviceToken, verdict } = await forgery();
    for (const token of [refreshToken, deviceToken]) expect(await verdict(token)).toEqual(REFUSED);
    for (const token of [accessToken, deviceToken]) {
      expect((await post('/refresh-token', { refreshToken: token })).body.code).toBe('INVALID_REFRESH_TOKEN');
      expect((await post('/logout', { refreshToken: token })).body.code).toBe('INVALID_REFRESH_TOKEN');
    }
    for (const token of [accessToken, refreshToken]) {
      const next = await loginAs(auth, { deviceToken: token });
      expect(next.deviceToken).not.toBe(token);
      expect((await get('/devices', next.accessToken)).body.data.devices.filter(({ current }) => current)).toHaveLength(1);
    }
  });

  it('T2: have different keys', () => {
    const keyring = createKeyring([SECRET]);
    const keys = (['access-token', 'refresh-token', 'keyed-hash'] as const).map((purpose) =>
      Buffer.from(keyring.newest(purpose)).toString('hex'),
    );
    expect(new Set([...keys, Buffer.from(SECRET).toString('hex')]).size).toBe(4);
  });
});

describe('keys', () => {
  it('T3: after a rotation the older secret still verifies access, refresh and device tokens', async () => {
    const before = createTestApp({ secret: OLDER_SECRET });
    const session = await loginAs(before.auth);
    const rotated = createAuth({ ...before.config, secret: [SECRET, OLDER_SECRET] });
    const send = sender(rotated);
    expect((await send({ path: '/me', token: session.accessToken })).status).toBe(200);
    const refresh = await send({ method: 'POST', path: '/refresh-token', body: { refreshToken: session.refreshToken } });
    expect(refresh.status).toBe(200);
    const again = await loginAs(rotated, { deviceToken: session.deviceToken });
    expect(again.deviceToken).toBe(session.deviceToken);

    // Values made after the rotation do not need the older secret; values made before it do.
    const without = sender(createAuth({ ...before.config, secret: SECRET }));
    const { accessToken, refreshToken } = refresh.body.data;
    expect((await without({ path: '/me', token: accessToken })).status).toBe(200);
    expect((await without({ path: '/me', token: session.accessToken })).status).toBe(401);
    const post = (token: string) => without({ method: 'POST', path: '/refresh-token', body: { refreshToken: token } });
    expect((await post(session.refreshToken)).body.code).toBe('INVALID_REFRESH_TOKEN');
    expect((await post(refreshToken)).status).toBe(200);
  });

  it('T3: a repeated refresh across a rotation is answered, and the successor works', async () => {
    const before = createTestApp({ secret: OLDER_SECRET });
    const { refreshToken } = await loginAs(before.auth);
    await before.post('/refresh-token', { refreshToken });
    const send = sender(createAuth({ ...before.config, secret: [SECRET, OLDER_SECRET] }));
    const repeated = await send({ method: 'POST', path: '/refresh-token', body: { refreshToken } });
    expect(repeated.status).toBe(200);
    const next = { refreshToken: repeated.body.data.refreshToken };
    expect((await send({ method: 'POST', path: '/refresh-token', body: next })).status).toBe(200);
  });

  it.each([
    ['EdDSA', edKey, 'Ed25519'],
    ['ES256', ecKey, 'P-256'],
  ] as const)('T3: %s tokens are verified by plain jose with the published key set', async (alg, privateKey, crv) => {
    const world = createTestApp({ baseUrl: 'https://app.example', tokens: { keys: [{ alg, privateKey }] } });
    const { accessToken, userId } = await loginAs(world.auth);
    const reply = await world.get('/.well-known/jwks.json');
    const jwks = JSON.parse(reply.text ?? '');
    expect(jwks.keys).toMatchObject([{ alg, crv, use: 'sig', kid: expect.any(String) }]);
    // No private parameters are published.
    for (const key of jwks.keys) expect(Object.keys(key)).not.toContain('d');
    const { payload, protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(jwks), {
      issuer: 'https://app.example',
      audience: 'https://app.example',
      typ: 'at+jwt',
      currentDate: new Date(world.clock.now()),
    });
    expect(payload.sub).toBe(userId);
    expect(protectedHeader.kid).toBe(jwks.keys[0].kid);
    expect((await world.get('/me', accessToken)).status).toBe(200);
  });

  it('T3: of several, the first signs and all verify, for both algorithms, as PEM and as JWK', async () => {
    const asJwk = JSON.stringify(createPrivateJwk(edKey));
    const before = createTestApp({ tokens: { keys: [{ alg: 'ES256', privateKey: ecKey, kid: 'old' }] } });
    const { accessToken } = await loginAs(before.auth);
    const keys = [
      { alg: 'EdDSA', privateKey: asJwk, kid: 'new' },
      { alg: 'ES256', privateKey: ecKey, kid: 'old' },
    ] as const;
    const after = createAuth({ ...before.config, tokens: { keys } });
    const send = sender(after);
    expect((await send({ path: '/me', token: accessToken })).status).toBe(200);
    const { accessToken: fresh } = await loginAs(after);
    expect(JSON.parse(Buffer.from(fresh.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ alg: 'EdDSA', kid: 'new' });
    expect((await send({ path: '/me', token: fresh })).status).toBe(200);
    const reply = await after.handle({
      method: 'GET', path: '/.well-known/jwks.json', mount: '', query: '', ip: undefined,
      header: () => undefined,
      readBody: () => Promise.resolve({ kind: 'bytes', bytes: new Uint8Array() }),
    });
    expect(JSON.parse((await textOf(reply)) ?? '').keys.map(({ kid }: { kid: string }) => kid)).toEqual(['new', 'old']);
  });

  it('T3: two keys with the same key id are refused at start-up, since one would hide the other', () => {
    const keys = [
      { alg: 'EdDSA', privateKey: edKey, kid: 'one' },
      { alg: 'EdDSA', privateKey: pem('ed25519'), kid: 'one' },
    ] as const;
    expect(() => createTestApp({ tokens: { keys } })).toThrow(/kid/);
  });

  it.each([
    ['a public key', createPublicKey(edKey).export({ type: 'spki', format: 'pem' }).toString()],
    ['a key for the other algorithm', ecKey],
    ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['no key', 'not a key CANARY'],
    ['broken JSON', '{"kty":"OKP", CANARY'],
  ])('T3: %s is refused at start-up, and not repeated', (_what, privateKey) => {
    expect(() => createTestApp({ tokens: { keys: [{ alg: 'EdDSA', privateKey }] } })).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.not.stringMatching(/CANARY|BEGIN/) }),
    );
  });
});

describe('the cache of verified tokens', () => {
  it('T4: never returns an expired token', async () => {
    const { auth, accessToken, clock } = await forgery({ accessTtl: '1m' });
    await auth.verifyAccessToken(accessToken);
    await auth.verifyAccessToken(accessToken);
    await clock.advance(59_999);
    await auth.verifyAccessToken(accessToken);
    await clock.advance(1);
    await expect(auth.verifyAccessToken(accessToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('T4: never caches the state of the session', async () => {
    const { auth, post, accessToken, refreshToken, get } = await forgery();
    await get('/me', accessToken);
    await post('/logout', { refreshToken });
    // Stateless verification still accepts the token.
    await auth.verifyAccessToken(accessToken);
    expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
  });

  it('T4: returns claims that a caller cannot change for the next one', async () => {
    const { auth, accessToken } = await forgery();
    const claims = await auth.verifyAccessToken(accessToken);
    expect(() => Object.assign(claims, { role: 'admin' })).toThrow(TypeError);
    expect(() => Object.assign(claims.amr, { 0: 'otp' })).toThrow(TypeError);
    expect(await auth.verifyAccessToken(accessToken)).toMatchObject({ role: 'user', amr: ['pwd'] });
  });
});

it('an access token ends with a shortened session and with the absolute limit of its session', async () => {
  const { auth, post, get, clock } = createTestApp({ session: { absoluteTtl: '1d', idleTtl: '1d' } });
  const { refreshToken } = await loginAs(auth);
  await clock.advance(DAY - 60_000);
  const { accessToken } = (await post('/refresh-token', { refreshToken })).body.data;
  await clock.advance(60_000);
  expect((await get('/me', accessToken)).status).toBe(401);
});

/** HMAC pads keys with zeros, so this key is equivalent, and long enough for jose's longer hashes. */
function pad(key: Uint8Array, { alg = 'HS256' }: { readonly alg?: string }): Uint8Array {
  return alg === 'HS256' ? key : new Uint8Array(Buffer.concat([key, Buffer.alloc(64 - key.byteLength)]));
}

function createPrivateJwk(privateKey: string): object {
  return createPrivateKey(privateKey).export({ format: 'jwk' });
}
