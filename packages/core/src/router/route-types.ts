import type { PageRoute, Route, StreamRoute } from '../http/define-route.js';

/** What a route takes and gives, without what it does. `More` is what `auth.api` adds to the data: the next page, or whole lists. */
export interface RouteType<Input, Data, More = unknown> {
  readonly input: Input;
  readonly data: Data;
  readonly more: More;
}

type TypeOf<R> =
  R extends StreamRoute<infer Input, infer Data, infer Collected>
    ? RouteType<Input, Data, Collected>
    : R extends PageRoute<infer Input, infer Data, infer Page>
      ? RouteType<Input, Data, Page>
      : R extends Route<infer Input, infer Data>
        ? RouteType<Input, Data>
        : never;

type TypesOf<Table> = { readonly [Name in keyof Table]: TypeOf<Table[Name]> };

/**
 * Nothing but a type: what each route of the table takes and gives. By a call, since declarations then hold the types that were inferred.
 * One computed from `typeof routes` would lead to `Context` and everything that it names, and front ends would load all that.
 */
export function typesOf<Table>(_routes: Table): TypesOf<Table> | undefined {
  return undefined;
}
