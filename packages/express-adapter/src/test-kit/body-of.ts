/** The fields of all response bodies in one type. A test reads those that its route returns. */
export interface ReplyBody {
  readonly code: string;
  readonly data: {
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly user: { readonly email: string; readonly name: string };
  };
  readonly meta: {
    readonly requestId: string;
    readonly issues: readonly { readonly path: string }[];
    readonly requires: string;
  };
  /** Of the OpenAPI document. */
  readonly servers: unknown;
}

export async function bodyOf(reply: Response): Promise<ReplyBody> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each test knows what its reply contains
  return (await reply.json()) as ReplyBody;
}

/** `401 INVALID_TOKEN`, for comparison in one line. */
export async function outcomeOf(reply: Response): Promise<string> {
  const { code } = await bodyOf(reply);
  return `${reply.status} ${code}`;
}
