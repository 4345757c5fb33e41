const LINE_END = /[\r\n]+$/;

/** Files and secret stores add a line break to the end that is not part of the value. */
export function trimLineEnd(text: string): string {
  return text.replace(LINE_END, '');
}

export function hasLineEnd(text: string): boolean {
  return LINE_END.test(text);
}

/**
 * The texts without their line ends, followed by the original of each that had one: values made under those before
 * trimming still verify and open.
 */
export function trimmedFirst(texts: readonly string[]): readonly string[] {
  return [...texts.map(trimLineEnd), ...texts.filter(hasLineEnd)];
}
