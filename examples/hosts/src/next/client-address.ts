/**
 * A web `Request` does not say who sent it. The last entry of this header is the one that your proxy has appended; those before it
 * are the client's own words. Without a proxy in front, return `null`: any client could write the header.
 */
export function clientAddress(request: Request): string | null {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? null;
}
