import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import type { Response } from 'express';
import type { Web } from './web.js';

/** The built page of `examples/web`. The start command builds it. */
export const PAGE_FOLDER: string = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** No inline script or style, nothing from other origins, and no markup from text (Trusted Types). `data:` images are for QR codes. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

export function isPageBuilt(folder: string = PAGE_FOLDER): boolean {
  return existsSync(join(folder, 'index.html'));
}

/** Names of this machine that browsers treat as another site than `localhost`. */
const LOOPBACK = /^(127\.0\.0\.1|\[::1\])(?=:|$)/;

/**
 * The single-page application: its files, and its document at every other path that a browser opens. Mount it last, since it
 * answers every path.
 */
export function pageRouter({ baseUrl, mailbox }: Web, folder: string = PAGE_FOLDER): Router {
  const features = mailbox === undefined ? '' : 'mailbox';
  const document = readFileSync(join(folder, 'index.html'), 'utf8').replace('name="features" content=""', `name="features" content="${features}"`);
  const { host } = new URL(baseUrl);
  const router = Router();
  // File names change with their content, so caches may keep files for ever.
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, setHeaders: protect }));
  router.use(express.static(folder, { index: false, maxAge: '1h', dotfiles: 'ignore', setHeaders: protect }));
  router.get('/{*path}', (req, res, next) => {
    // Only for browsers: programs that accept any type get the server's own 404.
    if (req.path.startsWith('/assets/') || req.accepts(['json', 'html']) !== 'html') return next();
    const asked = req.get('host') ?? '';
    // Logins are accepted from the origin of `baseUrl` only, so browsers that use another name of this machine are redirected there.
    if (asked !== host && asked.replace(LOOPBACK, 'localhost') === host) return res.redirect(baseUrl + req.originalUrl);
    protect(res);
    res.set('Cache-Control', 'no-cache').type('html').send(document);
  });
  return router;
}

function protect(res: Response): void {
  res.set(HEADERS);
}
