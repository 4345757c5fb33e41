import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as layers from './layers.js';
import { read, ROOT } from './pages.js';
import * as promises from './promises.js';

const write = (page: string, text: string): void => writeFileSync(join(ROOT, page), text);

write(promises.PAGE, promises.withTests(read(promises.PAGE)));
write(layers.PAGE, await layers.withPicture(read(layers.PAGE)));
