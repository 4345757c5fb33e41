import { describe, expect, it } from 'vitest';
import { linkTo } from './link-page.js';
import type { Page } from './link-page.js';

describe('linkTo', () => {
  it.each<readonly [Page, string]>([
    ['https://example.com/reset', 'https://example.com/reset#token=a%2Fb'],
    ['https://example.com/reset?lang=de', 'https://example.com/reset?lang=de#token=a%2Fb'],
    ['https://app.example/#/reset', 'https://app.example/#/reset?token=a%2Fb'],
    ['https://app.example/#/reset?lang=de', 'https://app.example/#/reset?lang=de&token=a%2Fb'],
    ['https://app.example/#', 'https://app.example/#token=a%2Fb'],
    ['https://app.example/reset/{token}', 'https://app.example/reset/a%2Fb'],
    ['https://app.example/#/reset/{token}/now', 'https://app.example/#/reset/a%2Fb/now'],
    ['myapp://reset', 'myapp://reset?token=a%2Fb'],
    ['myapp://reset?from=mail', 'myapp://reset?from=mail&token=a%2Fb'],
    ['com.example.app:/reset', 'com.example.app:/reset?token=a%2Fb'],
    ['myapp://reset/{token}', 'myapp://reset/a%2Fb'],
    [({ token }) => `https://example.com/r?t=${encodeURIComponent(token)}`, 'https://example.com/r?t=a%2Fb'],
  ])('turns %s into the link %s', (page, expected) => {
    expect(linkTo(page)?.('a/b')).toBe(expected);
  });

  it.each<readonly [string, Page]>([
    ['javascript:', 'javascript:alert(1)//{token}'],
    ['JavaScript: in capitals', 'JavaScript:alert(1)//{token}'],
    ['data:', 'data:text/html,{token}'],
    ['vbscript:', 'vbscript:{token}'],
    ['file:', 'file:///etc/{token}'],
    ['blob:', 'blob:https://example.com/{token}'],
    ['no address', '/reset'],
    ['nothing', ''],
    ['a login in the address', 'https://user:password@example.com/reset'],
    ['a blank', 'https://example.com/re set'],
    ['a line break', 'https://example.com/reset\n'],
    ['the token in the host', 'https://{token}.example.com/reset'],
    ['a function without the token', () => 'https://example.com/reset'],
    ['a function that makes javascript:', ({ token }) => `javascript:${token}`],
    ['a function that throws', () => { throw new Error('no'); }],
    ['a function that makes no text', () => Promise.resolve('x') as never],
  ])('refuses %s as a page', (_, page) => {
    expect(linkTo(page)).toBeNull();
  });
});
