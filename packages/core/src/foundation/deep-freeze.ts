/** Freezes what is plain data, at whatever depth, and gives it back. */
export function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (isPlain(part)) deepFreeze(part);
  return Object.freeze(value);
}

/** Key objects, and whatever has verbs, are the application's own, and stay as they are. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const hasVerb = Object.values(value).some((part) => typeof part === 'function');
  return Object.getPrototypeOf(value) === Object.prototype && !hasVerb;
}
