import { type Config, defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate` writes the migration from the last one to what `drizzle.tables.ts` says now. */
const config: Config = defineConfig({ dialect: 'sqlite', schema: './drizzle.tables.ts', out: './drizzle' });

export default config;
