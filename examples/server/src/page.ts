import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import type { Response } from 'express';
import type { Web } from './web.js';

/** What `examples/web` was built into; the start command does that. */
export const PAGE_FOLDER: string = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** No inline script or style, nothing of anybody else, and no text that becomes markup. Only QR codes are images from data. */
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

/** Names of this machine that browsers take for another site than `localhost`. */
const LOOPBACK = /^(127\.0\.0\.1|\[::1\])(?=:|$)/;

/**
 * The single-page application: its files, and its one document at every path that a browser opens and nothing else answers. Mount it
 * last.
 */
export function pageRouter({ baseUrl, mailbox }: Web, folder: string = PAGE_FOLDER): Router {
  const features = mailbox === undefined ? '' : 'mailbox';
  const document = readFileSync(join(folder, 'index.html'), 'utf8').replace('name="features" content=""', `name="features" content="${features}"`);
  const { host } = new URL(baseUrl);
  const router = Router();
  // The name of a file changes with its content.
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, setHeaders: protect }));
  router.use(express.static(folder, { index: false, maxAge: '1h', dotfiles: 'ignore', setHeaders: protect }));
  router.get('/{*path}', (req, res, next) => {
    // Programs that take anything get what the server says to them.
    if (req.path.startsWith('/assets/') || req.accepts(['json', 'html']) !== 'html') return next();
    const asked = req.get('host') ?? '';
    // Only the origin of `baseUrl` is trusted with logins: whoever comes by another name of this machine would be refused there.
    if (asked !== host && asked.replace(LOOPBACK, 'localhost') === host) return res.redirect(baseUrl + req.originalUrl);
    protect(res);
    res.set('Cache-Control', 'no-cache').type('html').send(document);
  });
  return router;
}

function protect(res: Response): void {
  res.set(HEADERS);
}
