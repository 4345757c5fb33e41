import { type Config, defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate` writes the migration from the last one to what `src/schema.ts` says now. */
const config: Config = defineConfig({ dialect: 'sqlite', schema: './src/schema.ts', out: './drizzle' });

export default config;
