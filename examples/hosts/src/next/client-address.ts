/**
 * A web `Request` does not contain the client's address. Your proxy appends it to this header as the last entry; earlier entries
 * can be forged. Without a proxy in front, return `null`: any client could send the header.
 */
export function clientAddress(request: Request): string | null {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? null;
}
