/** Four letters in one case, with or without an initial capital: a word, or what looks like one. Hex is not a word. */
const TOKEN = /(?![a-f]+(?![a-z]))(?:[A-Z]?[a-z]{4,}|[A-Z]{4,})|[^]/gu;
/** A choice among a few hundred words that are common in secrets. */
const WORD_BITS = 8;

/**
 * An upper bound of the bits needed by a guesser who knows how people make up secrets: a word counts as one choice,
 * whatever its length; a sequence as its first character; a repetition as nothing. Random bytes in hex, base64 or a
 * UUID keep nearly all of theirs.
 */
export function guessableBits(secret: string): number {
  const text = withoutRepetition(secret);
  const perSign = entropyOf(text);
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token);
  let bits = 0;
  let before = '';
  let inSequence = 0;
  for (const token of tokens) {
    // Two in sequence happen by chance.
    inSequence = follows(before, token) ? inSequence + 1 : 0;
    if (token.length > 1) bits += Math.min(WORD_BITS, perSign * token.length);
    // Separators between words are expected and add little.
    else if (!/[\s._-]/.test(token) && inSequence < 2) bits += perSign;
    before = token;
  }
  return bits;
}

/** The repeated unit, if the text is a repetition. */
function withoutRepetition(text: string): string {
  const period = (text + text).indexOf(text, 1);
  return text.slice(0, period);
}

/** Whether it is the next or previous character of the alphabet, or the same, as in `1234` and `aaaa`. */
function follows(before: string, sign: string): boolean {
  const step = (sign.codePointAt(0) ?? 0) - (before.codePointAt(before.length - 1) ?? -9);
  return Math.abs(step) <= 1;
}

/** Shannon entropy of a character of this text, in bits. */
function entropyOf(text: string): number {
  const signs = text.split('');
  const counts = new Map<string, number>();
  for (const sign of signs) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / signs.length) * Math.log2(count / signs.length), 0);
}
