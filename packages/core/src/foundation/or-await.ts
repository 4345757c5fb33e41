/** The message of a check, or a hint where a promise was given: what is made asynchronously was not awaited. */
export function orAwait(message: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) => (isPromise(input) ? 'is a promise: write await before what makes it' : message);
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}
