import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesOf, read, ROOT } from './pages.js';

export const PAGE = 'docs/architecture.md';

const CORE = 'packages/core/src/';
const IS_TEST = /\.test\.ts$|\/test-kit\/|\.test-process\.ts$/;

/** The layers of the import rules: name and pattern of its files, lowest first. */
export async function layers(): Promise<readonly (readonly [string, RegExp])[]> {
  const rules: unknown = await import(pathToFileURL(join(ROOT, '.dependency-cruiser.mjs')).href);
  const named: unknown = Object(rules).LAYERS;
  return Object.entries(Object(named)).map(([name, pattern]) => [name, new RegExp(`^${CORE}${String(pattern)}`)] as const);
}

/** The files of core that a file imports, by their paths from the root. */
function importsOf(path: string): string[] {
  return [...read(path).matchAll(/\bfrom '(\.[^']+)\.js'|\bimport\('(\.[^']+)\.js'\)/g)].map(
    ([, fixed, lazy]) => `${join(dirname(path), fixed ?? lazy ?? '')}.ts`,
  );
}

/** The layers that each layer imports in the sources. */
async function edges(): Promise<Map<string, Set<string>>> {
  const all = await layers();
  const layerOf = (path: string): string | undefined => all.find(([, pattern]) => pattern.test(path))?.[0];
  const found = new Map(all.map(([name]) => [name, new Set<string>()]));
  for (const path of filesOf('packages/core/src')) {
    const from = layerOf(path);
    if (from === undefined || !path.endsWith('.ts') || IS_TEST.test(path)) continue;
    for (const target of importsOf(path)) {
      const to = layerOf(target);
      if (to !== undefined && to !== from) found.get(from)?.add(to);
    }
  }
  return found;
}

/** Whether `from` leads to `to` through other layers. */
function leadsIndirectly(graph: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [...(graph.get(from) ?? [])].filter((next) => next !== to);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    waiting.push(...(graph.get(at) ?? []));
  }
  return false;
}

/** The picture in Mermaid, highest layer first. */
export async function picture(): Promise<string> {
  const graph = await edges();
  const names = [...graph.keys()].toReversed();
  const arrows = names.flatMap((from) =>
    names.filter((to) => graph.get(from)?.has(to) === true && !leadsIndirectly(graph, from, to)).map((to) => `  ${from} --> ${to}`),
  );
  return ['```mermaid', 'flowchart TD', ...arrows, '```'].join('\n');
}

export async function withPicture(page: string): Promise<string> {
  const drawn = await picture();
  return page.replace(/<!-- layers -->[^]*<!-- \/layers -->/, () => `<!-- layers -->\n${drawn}\n<!-- /layers -->`);
}
