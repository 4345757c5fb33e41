import type { AnyRoute } from '../http/define-route.js';

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: AnyRoute; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'other-method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

interface PathNode {
  readonly segments: readonly string[];
  readonly byMethod: Map<string, AnyRoute>;
}

/** Finds the route of a request, by one look-up if the path has no parameters. Created once, not for every request. */
export function createMatcher(routes: readonly AnyRoute[]): (method: string, path: string) => RouteMatch {
  const nodes = new Map<string, PathNode>();
  for (const route of routes) {
    const node = nodes.get(route.path) ?? { segments: route.path.split('/'), byMethod: new Map() };
    node.byMethod.set(route.method, route);
    nodes.set(route.path, node);
  }
  const withParams = [...nodes.values()].filter(({ segments }) => segments.some(isParam));

  return (method, path) => {
    const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const segments = plain.split('/');
    const node = nodes.get(plain) ?? withParams.find((candidate) => fits(candidate.segments, segments));
    if (node === undefined) return { kind: 'none' };
    const route = method === 'HEAD' ? headOf(node) : node.byMethod.get(method);
    if (route === undefined) return { kind: 'other-method', allow: allowed(node) };
    return { kind: 'found', route, params: paramsOf(node.segments, segments) };
  };
}

function isParam(segment: string): boolean {
  return segment.startsWith(':');
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (isParam(part) ? segments[at] !== '' : part === segments[at]))
  );
}

/** The values stay percent-encoded: every parameter is an id, and ids contain no character that needs encoding. */
function paramsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pattern.flatMap((part, at) => (isParam(part) ? [[part.slice(1), segments[at] ?? '']] : [])),
  );
}

/** `HEAD` is `GET` without a body, if `GET` changes nothing. */
function headOf({ byMethod }: PathNode): AnyRoute | undefined {
  const route = byMethod.get('GET');
  return route?.changesOnGet === true ? undefined : route;
}

function allowed(node: PathNode): string[] {
  const methods = [...node.byMethod.keys()];
  return headOf(node) === undefined ? methods : [...methods, 'HEAD'];
}
