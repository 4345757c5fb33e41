import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import { canonicalEmail } from './canonical-email.js';
import { canonicalUsername } from './canonical-username.js';

const RUNS = { numRuns: 1_000 };

/** Edge cases: addresses, almost-addresses, and characters that some decoders replace. */
const odd = fc.constantFrom('K', 'İ', 'ı', 'ſ', 'ß', 'ﬁ', '＠', '．', '。', '･', 'ａ', '\u00ad', '\u200d', '\u200b', 'é', 'e\u0301', 'xn--', '%41', '\0', '\ud800', '😀', '@', '.', '-', '_', ' ');
const text = fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 3 }), fc.constantFrom('a', 'Z', '0', 'example', 'com')), { maxLength: 12 }).map((parts) => parts.join(''));
const addressLike = fc.oneof(
  fc.emailAddress(),
  text,
  fc.tuple(text, text).map(([local, domain]) => `${local}@${domain}`),
  fc.tuple(fc.stringMatching(/^[a-zA-Z0-9._+-]{1,70}$/), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
  fc.tuple(text, fc.domain()).map(([label, domain]) => `a@${label}.${domain}`),
);

describe('the canonical email', () => {
  it('Z3: is its own canonical form', () => {
    fc.assert(
      fc.property(addressLike, (given) => {
        const once = canonicalEmail(given) ?? 'a@b.cc';
        expect(canonicalEmail(once)).toBe(once);
      }),
      RUNS,
    );
  });

  it('Z3: is ASCII, lower-case, one local part and one domain, and within the limits of RFC 5321', () => {
    fc.assert(
      fc.property(addressLike, (given) => {
        const canonical = canonicalEmail(given) ?? 'a@b.cc';
        expect(canonical).toMatch(/^[!-?A-~]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/);
        expect(canonical).toBe(canonical.toLowerCase());
        expect(canonical.length).toBeLessThanOrEqual(254);
      }),
      RUNS,
    );
  });

  it('Z3: does not depend on case and surrounding space', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.constantFrom('', ' ', '\t', '\n ', '\u00a0', '\ufeff'), (given, space) => {
        expect(canonicalEmail(`${space}${given.toUpperCase()}${space}`)).toBe(canonicalEmail(given));
        expect(canonicalEmail(given.toLowerCase())).toBe(canonicalEmail(given));
      }),
      RUNS,
    );
  });

  it('Z3: keeps the local part unchanged: two mailboxes never become one', () => {
    const local = fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}$/);
    fc.assert(
      fc.property(local, local, (one, two) => {
        expect(canonicalEmail(`${one}@example.com`) === canonicalEmail(`${two}@example.com`)).toBe(one === two);
      }),
      RUNS,
    );
  });

  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada+tag@example.com\n', 'ada+tag@example.com'],
    ["o'neil!#$%&*/=?^`{|}~-@example.com", "o'neil!#$%&*/=?^`{|}~-@example.com"],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
    ['a@bu\u0308cher.example', 'a@xn--bcher-kva.example'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@XN--BCHER-KVA.example', 'a@xn--bcher-kva.example'],
    ['a@ｅｘａｍｐｌｅ．ｃｏｍ', 'a@example.com'],
    ['a@example。com', 'a@example.com'],
    ['a@\u212aelvin.example', 'a@kelvin.example'],
    ['a@ex\u00adample.com', 'a@example.com'],
    ['a@4.example', 'a@4.example'],
    // Invisible characters that are copied along with an address.
    ['\u202aada@example.com\u202c', 'ada@example.com'],
    ['ada@example.com\u200b ', 'ada@example.com'],
    ['a\u200bda@example.com', 'ada@example.com'],
    // The spelling needs the joiner: without it this is another domain.
    ['a@نامه\u200cای.example', 'a@xn--mgba3gch31f060k.example'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('Z3: of %j is %j', (given, canonical) => {
    expect(canonicalEmail(given)).toBe(canonical);
  });

  it.each([
    '', ' ', '@', 'a', 'a@', '@example.com', 'a@b', 'a@localhost', 'a b@example.com', 'a@b@example.com', 'a@example.com@',
    // Trailing, leading and double dots.
    'a@example.com.', 'a@example.com。', 'a@.example.com', 'a@example..com', '.a@example.com', 'a.@example.com', 'a..b@example.com',
    // Quoted local parts, comments, routes, names.
    '"a"@example.com', '"a b"@example.com', '"a@b"@example.com', 'a(comment)@example.com', '<a@example.com>', 'Ada <a@example.com>',
    '@one.example:a@two.example', 'a\\b@example.com', 'a@example.com,b@example.com', 'a@example.com;b@example.com',
    // Letters that lower-casing or a font turns into others.
    '\u212aate@example.com', '\u0130@example.com', 'ı@example.com', 'ſ@example.com', 'ａda@example.com', 'ädä@example.com', 'а@example.com',
    'a＠example.com',
    // Numeric hosts, in every notation that a URL parser accepts as an IP address.
    'a@127.0.0.1', 'a@1.2.3', 'a@0x7f.1', 'a@0x7f.0.0.1', 'a@2130706433', 'a@017700000001', 'a@1.0x1', 'a@[127.0.0.1]', 'a@[::1]', 'a@１２７.0.0.1', 'a@example.1', 'a@example.0x1',
    // Texts that a URL parser would split or decode.
    'a@ex%61mple.com', 'a@example.com/path', 'a@example.com:25', 'a@example.com?x', 'a@example.com#x', 'a@user@example.com', 'a@exa mple.com', 'a@example\\.com',
    // Hyphens, underscores, lengths, and invalid punycode.
    'a@-example.com', 'a@example-.com', 'a@ex_ample.com', 'a@xn--.com', 'a@xn--a.com', 'a@xn--\u00fc.com', `a@${'a'.repeat(64)}.com`,
    `${'a'.repeat(65)}@example.com`, `a@${'a.'.repeat(130)}com`,
    // Control characters and noncharacters.
    'a\0@example.com', 'a@exam\0ple.com', 'a\r\nBcc: b@example.com', 'a@example.com\r\nBcc: b@c.example', 'a\u0085@example.com', '\ud800@example.com', 'a@\udc00.com',
  ])('Z3: %j is not an address', (given) => {
    expect(canonicalEmail(given)).toBeNull();
  });

  it('Z3: finds the account, however it is spelled', async () => {
    const { post } = createTestApp();
    await post('/register', { email: 'Ada@BÜCHER.example', password: PASSWORD, name: 'Ada' });
    for (const email of ['ADA@bücher.example', 'ada@xn--bcher-kva.example', ' ada@bu\u0308cher.EXAMPLE ']) {
      expect((await post('/login', { email, password: PASSWORD })).status).toBe(200);
      expect((await post('/register', { email, password: PASSWORD, name: 'B' })).body.code).toBe('EMAIL_TAKEN');
    }
    const { body } = await post('/register', { email: '\u212aate@example.com', password: PASSWORD, name: 'B' });
    expect(body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'email' }] } });
  });
});

describe('the canonical username', () => {
  const nameLike = fc.oneof(text, fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/), fc.string({ unit: 'grapheme', maxLength: 12 }));

  it('Z3: is its own canonical form, and 3 to 32 of a-z, 0-9, dot, underscore and hyphen', () => {
    fc.assert(
      fc.property(nameLike, (given) => {
        const canonical = canonicalUsername(given) ?? 'ada';
        expect(canonical).toMatch(/^[a-z0-9._-]{3,32}$/);
        expect(canonicalUsername(canonical)).toBe(canonical);
      }),
      RUNS,
    );
  });

  it('Z3: does not depend on case and width', () => {
    const wide = (name: string): string => name.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9._-]{3,32}$/), (name) => {
        expect(canonicalUsername(name.toUpperCase())).toBe(name);
        expect(canonicalUsername(wide(name))).toBe(name);
      }),
      RUNS,
    );
  });

  it.each([
    ['Ada', 'ada'],
    ['\u212aelvin', 'kelvin'],
    ['ﬁnn', 'finn'],
    ['ａｄａ', 'ada'],
    ['x²y', 'x2y'],
    [' ada', 'ada'],
    ['ada\u00a0\n', 'ada'],
    ['a\u200bda\ufeff', 'ada'],
    ['ada-b', 'ada-b'],
  ])('Z3: of %j is %j', (given, canonical) => {
    expect(canonicalUsername(given)).toBe(canonical);
  });

  it.each(['', 'ab', 'a'.repeat(33), 'ada@example', 'a＠da', 'a da', 'ada\0', 'İda', 'ıda', 'аdа', 'ädä', 'a/da', '😀😀😀', '\ud800ada', 'ßßß', '..\\'])(
    'Z3: %j is not a username',
    (given) => {
      expect(canonicalUsername(given)).toBeNull();
    },
  );

  it('Z3: finds the account, however it is typed or pasted', async () => {
    const { post, emitted } = createTestApp();
    await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A', username: ' ada\u200b' });
    for (const typed of ['ada', 'ada ', ' ada', 'ADA\u00a0', 'a\u200bda', '\u202aada\u202c', 'ada\n']) {
      for (const field of ['username', 'identifier']) {
        expect([typed, field, (await post('/login', { [field]: typed, password: PASSWORD })).status]).toEqual([typed, field, 200]);
      }
      const again = await post('/register', { email: 'b@example.com', password: PASSWORD, name: 'B', username: typed });
      expect(again.body.code).toBe('USERNAME_TAKEN');
    }
    expect(emitted.filter(({ type }) => type === 'login.failed')).toEqual([]);
  });

  it.each(['admin', 'ad\u200bmin', ' admin', 'ADMIN', 'ａｄｍｉｎ', 'Root', 'me', 'postmaster', 'sallyport', 'null'])('Z3: %s is reserved', async (username) => {
    const { post } = createTestApp();
    const { body } = await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A', username });
    expect(body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'username' }] } });
  });
});

describe('the name', () => {
  it.each(['A\0da', 'A\nda', 'A\rda', 'A\u001b[31mda', 'A\u007fda', 'A\u0085da', 'A\u202eda', 'A\u2028da', 'A\u2029da', 'A\u2066da', 'A\u200fda', 'A\u061cda', 'A\u200bda', '\ufeffAda', '', ' ', '\t', 'a'.repeat(201)])('Z2: is not %j', async (name) => {
    const { body } = await createTestApp().post('/register', { email: 'a@example.com', password: PASSWORD, name });
    expect(body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'name' }] } });
  });

  it.each([
    [' Ada ', 'Ada'],
    ['Zoe\u0308', 'Zoë'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ["Robert'); DROP TABLE users;--", "Robert'); DROP TABLE users;--"],
    ['山田 太郎', '山田 太郎'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['a'.repeat(200), 'a'.repeat(200)],
  ])('%j is kept as %j', async (name, kept) => {
    const { body } = await createTestApp().post('/register', { email: 'a@example.com', password: PASSWORD, name });
    expect(body.data.user.name).toBe(kept);
  });
});
