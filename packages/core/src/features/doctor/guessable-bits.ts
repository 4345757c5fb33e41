/** Four letters of one case or more, with or without a capital in front: a word, or what looks like one. Hex is none. */
const TOKEN = /(?![a-f]+(?![a-z]))(?:[A-Z]?[a-z]{4,}|[A-Z]{4,})|[^]/gu;
/** A choice among the few hundred words that secrets are made of. */
const WORD_BITS = 8;

/**
 * How many bits a guesser who knows how people make up secrets would need at most: a word counts as one choice, whatever its
 * length; a sequence as its first sign, a repetition as nothing. Random bytes in hex, base64 or a UUID keep nearly all of
 * theirs.
 */
export function guessableBits(secret: string): number {
  const text = withoutRepetition(secret);
  const perSign = entropyOf(text);
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token);
  let bits = 0;
  let before = '';
  let inSequence = 0;
  for (const token of tokens) {
    // Two in a row happen by chance.
    inSequence = follows(before, token) ? inSequence + 1 : 0;
    if (token.length > 1) bits += Math.min(WORD_BITS, perSign * token.length);
    // Between words there has to be something, and what it is tells little.
    else if (!/[\s._-]/.test(token) && inSequence < 2) bits += perSign;
    before = token;
  }
  return bits;
}

/** The unit, where the text is the same over and over. */
function withoutRepetition(text: string): string {
  const period = (text + text).indexOf(text, 1);
  return text.slice(0, period);
}

/** Whether it is the next or the last sign of the alphabet, or the same, as in `1234` and `aaaa`. */
function follows(before: string, sign: string): boolean {
  const step = (sign.codePointAt(0) ?? 0) - (before.codePointAt(before.length - 1) ?? -9);
  return Math.abs(step) <= 1;
}

/** Shannon's entropy of a sign of this text, in bits. */
function entropyOf(text: string): number {
  const signs = text.split('');
  const counts = new Map<string, number>();
  for (const sign of signs) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / signs.length) * Math.log2(count / signs.length), 0);
}
