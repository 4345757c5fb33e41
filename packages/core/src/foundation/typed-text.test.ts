import { describe, expect, it } from 'vitest';
import { typedCode, typedText } from './typed-text.js';

describe('text that people type and paste', () => {
  it.each([
    ['blanks around it', ' ada\t\n', 'ada'],
    ['a no-break space', 'ada\u00a0', 'ada'],
    ['a zero-width space', 'a\u200bda\u200b', 'ada'],
    ['a byte order mark', '\ufeffada', 'ada'],
    ['marks of direction', '\u202aada\u202c\u200e', 'ada'],
    ['a zero-width joiner', 'ad\u200da', 'ada'],
    ['a soft hyphen', 'ad\u00ada', 'ada'],
    ['full-width letters', 'ａｄａ', 'ada'],
    ['a blank behind an invisible character', 'ada \u200b', 'ada'],
    ['blanks and hyphens within, which may mean something', ' a d-a ', 'a d-a'],
  ])('is read without %s', (_, given, expected) => {
    expect(typedText(given)).toBe(expected);
  });

  it.each([
    ['a hyphen', '123-456'],
    ['a space', ' 123 456 '],
    ['a no-break space', '123\u00a0456'],
    ['a narrow no-break space', '123\u202f456'],
    ['a figure space', '123\u2007456'],
    ['a line break', '123\n456\r\n'],
    ['a tab', '\t123456'],
    ['a non-breaking hyphen', '123\u2011456'],
    ['an en dash', '123–456'],
    ['an em dash', '123—456'],
    ['a minus sign', '123−456'],
    ['a soft hyphen', '123\u00ad456'],
    ['a zero-width space', '123\u200b456'],
    ['full-width digits', '１２３４５６'],
    ['Arabic digits', '١٢٣٤٥٦'],
    ['Persian digits', '۱۲۳۴۵۶'],
  ])('is read as a code without %s', (_, given) => {
    expect(typedCode(given)).toBe('123456');
  });

  it('keeps characters that are not separators', () => {
    expect(typedCode('12.34,56\0')).toBe('12.34,56\0');
  });
});
