import type { Options } from 'tsup';
import { base } from '../tsup.base.js';

const options: Options = { ...base, entry: ['main.ts', 'server.ts', 'load.ts', 'maintenance.ts', 'peer.ts', 'cold-server.ts', 'plain-server.ts'], dts: false, silent: true };

export default options;
