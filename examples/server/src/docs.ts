import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';

/** Swagger UI ships its own files: nothing is loaded from another server. */
const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SERVED = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** No inline script or style, and requests only to this server: users type tokens into this page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (document: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Routes</title>
<link rel="icon" href="favicon-32x32.png">
<link rel="stylesheet" href="swagger-ui.css">
<div id="routes" data-document="${document}"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="show.js"></script>
`;

// A validator would receive the document's address.
const SHOW = `const place = document.getElementById('routes');
SwaggerUIBundle({ url: place.dataset.document, domNode: place, deepLinking: true, validatorUrl: null });
`;

/**
 * The routes as a page for reading and trying out, at `/docs/` if mounted as `/docs`. `document` is the address of the OpenAPI
 * document relative to that page, such as `../auth/openapi.json`, so that it works behind any proxy.
 */
export function docsRouter(document: string): Router {
  const router = Router({ strict: true });
  router.use((_req, res, next) => {
    res.set({ 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
    next();
  });
  router.get('/', (req, res) => {
    // Without the trailing slash, relative links of the page would resolve to the wrong folder.
    if (/^[^?]*\/(?:\?|$)/.test(req.originalUrl)) res.type('html').send(page(document));
    else res.redirect(308, `${req.baseUrl.split('/').at(-1)}/`);
  });
  router.get('/show.js', (_req, res) => void res.type('js').send(SHOW));
  for (const name of SERVED) router.get(`/${name}`, (_req, res) => res.sendFile(name, { root: ASSETS, maxAge: '1h' }));
  return router;
}
