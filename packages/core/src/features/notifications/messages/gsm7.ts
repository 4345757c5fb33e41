/** GSM 03.38, the basic set: a message in it has 160 characters, any other 70. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** The text in the basic set: accents are removed, and any other character becomes a question mark. */
export function toGsm7(text: string): string {
  return Array.from(text.normalize('NFC'), (char) => (BASIC.has(char) ? char : plain(char))).join('');
}

function plain(char: string): string {
  const [base = '?'] = char.normalize('NFKD');
  return BASIC.has(base) ? base : '?';
}
