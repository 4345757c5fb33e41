/** The present state of the service behind a port, for the doctor. */
export type ServiceCondition =
  | { readonly kind: 'ok' }
  | { readonly kind: 'unreachable' }
  /** It answers, but is older than the versions that the implementation is tested with. */
  | { readonly kind: 'outdated'; readonly version: string; readonly minimum: string };
