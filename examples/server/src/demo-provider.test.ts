import { expect, it } from 'vitest';
import { openDemoProvider } from './demo-provider.js';

it('opens no demo provider in production, or if the address for returning browsers is unknown', async () => {
  await expect(openDemoProvider({ isProduction: true, baseUrl: 'https://app.example.com', port: 0 })).rejects.toThrow('for development alone');
  await expect(openDemoProvider({ isProduction: false, baseUrl: undefined, port: 0 })).rejects.toThrow('BASE_URL is needed');
});
