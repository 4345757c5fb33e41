/** Unicode's format characters: bidirectional marks, zero-width characters, soft hyphens. They are invisible. */
const INVISIBLE = /\p{Cf}/gu;
/** `\s` matches Unicode's blanks; `\p{Pd}` hyphens and dashes of every width. The last one is the minus sign. */
const SEPARATORS = /[\s\p{Pd}\u2212]/gu;
/** NFKC turns full-width digits into ASCII, but not the digits of Arabic and Persian keyboards. */
const ARABIC_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/** The text without invisible characters. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/**
 * Normalizes text that a person typed or pasted: NFKC, without invisible characters, trimmed. Never used for passwords,
 * where every character counts.
 */
export function typedText(text: string): string {
  // Trimmed last: some characters decompose into a blank and a mark.
  return withoutInvisible(text).normalize('NFKC').trim();
}

/**
 * Normalizes a code that a person typed or pasted: as `typedText`, without the blanks and dashes that group its
 * characters.
 */
export function typedCode(text: string): string {
  return typedText(text)
    .replace(SEPARATORS, '')
    .replace(ARABIC_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf));
}
