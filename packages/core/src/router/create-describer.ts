import type { Settings } from '../config.js';
import { BoundedCache } from '../foundation/bounded-cache.js';
import type { ApiDescription, OpenApiDocument } from '../model/openapi-document.js';
import { describeRoutes } from './openapi.js';
import type { RouteTable } from './routes.js';

/** A mount may contain a parameter, so clients could choose the number of mounts. */
const MAX_MOUNTS = 16;

/**
 * Describes the routes under a mount. The document is made once, and its JSON once for each mount: making it takes
 * milliseconds, and a client can send hundreds of requests in one packet.
 */
export function createDescriber(table: RouteTable, settings: Settings): (mount: string) => ApiDescription {
  const known = new BoundedCache<ApiDescription>(MAX_MOUNTS);
  let first: OpenApiDocument | undefined;
  return (mount) => {
    const cached = known.get(mount);
    if (cached !== undefined) return cached;
    first ??= describeRoutes({ table, mount, ...settings });
    const document = { ...first, servers: [{ url: mount === '' ? '/' : mount }] };
    const made = { document, json: JSON.stringify(document) };
    known.set(mount, made);
    return made;
  };
}
