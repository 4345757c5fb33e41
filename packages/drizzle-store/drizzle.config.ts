import { type Config, defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate` writes a migration from the last one to the current `drizzle.tables.ts`. */
const config: Config = defineConfig({ dialect: 'sqlite', schema: './drizzle.tables.ts', out: './drizzle' });

export default config;
