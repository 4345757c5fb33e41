/** Freezes plain data at any depth, and returns it. */
export function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (isPlain(part)) deepFreeze(part);
  return Object.freeze(value);
}

/** Key objects and objects with methods belong to the application, and are not frozen. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const hasVerb = Object.values(value).some((part) => typeof part === 'function');
  return Object.getPrototypeOf(value) === Object.prototype && !hasVerb;
}
