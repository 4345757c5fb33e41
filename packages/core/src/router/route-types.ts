import type { PageRoute, Route, StreamRoute } from '../http/define-route.js';

/**
 * The input and data types of a route, without its code. `More` is what `auth.api` adds to the data: the next page, or
 * whole lists.
 */
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
 * Only a type: the input and data of each route of the table. It is inferred from a call, since declarations then
 * contain the inferred types. A type computed from `typeof routes` would refer to `Context` and everything that it
 * names, and front ends would load all of it.
 */
export function typesOf<Table>(_routes: Table): TypesOf<Table> | undefined {
  return undefined;
}
