const BROWSERS: readonly (readonly [RegExp, string])[] = [
  // The order matters: most browsers also name Chrome and Safari.
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * Describes a device in the library's own words, such as `Firefox on Windows`; `null` if nothing in the header is known. The
 * header itself is never repeated: the client writes it, and could put text and links into the mail.
 */
export function describeDevice(userAgent: string | null, on: string): string | null {
  const known = (table: typeof BROWSERS): string | undefined => table.find(([sign]) => sign.test(userAgent ?? ''))?.[1];
  const parts = [known(BROWSERS), known(SYSTEMS)].filter((part) => part !== undefined);
  return parts.length === 0 ? null : parts.join(on);
}
