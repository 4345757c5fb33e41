/** How the service behind a port is at this moment, for the doctor. */
export type ServiceCondition =
  | { readonly kind: 'ok' }
  | { readonly kind: 'unreachable' }
  /** It answers, but is older than what the port's implementation is tested with. */
  | { readonly kind: 'outdated'; readonly version: string; readonly minimum: string };
