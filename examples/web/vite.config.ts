import { defaultClientConditions, defineConfig } from 'vite';
import type { UserConfig } from 'vite';

const SERVER = 'http://localhost:5500';

const config: UserConfig = defineConfig({
  // Use the client's sources, as everywhere in this repository.
  resolve: { conditions: ['@sallyport/source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // The page's policy allows inline data for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `vite dev` beside the server, which must be started with BASE_URL=http://localhost:5173.
  server: { proxy: { '/web/auth': SERVER, '/mailbox/messages': SERVER } },
});

export default config;
