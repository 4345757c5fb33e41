const LINE_END = /[\r\n]+$/;

/** Files and secret stores end what they hold with a line break that is no part of it. */
export function trimLineEnd(text: string): string {
  return text.replace(LINE_END, '');
}

export function hasLineEnd(text: string): boolean {
  return LINE_END.test(text);
}

/**
 * The texts without their line ends, and behind them as they were given those that had one: what was made under these
 * before they were trimmed still verifies and opens.
 */
export function trimmedFirst(texts: readonly string[]): readonly string[] {
  return [...texts.map(trimLineEnd), ...texts.filter(hasLineEnd)];
}
