/** The message of a check. If a promise was given, it adds a hint that an `await` is missing. */
export function orAwait(message: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) => (isPromise(input) ? 'is a promise: write await before what makes it' : message);
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}
