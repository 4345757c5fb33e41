import { describe, expect, it } from 'vitest';
import { readKey } from './settings.js';

describe('readKey', () => {
  it('removes the trailing line break that files and secret stores add', () => {
    expect(readKey('aNotifier', 'apiKey', ' re_123\n')).toBe('re_123');
  });

  it.each(['re_1 23', 're_1\n23', 'Bearer re_123', 're_größe', 're_\u200b123'])('refuses %j, which is invalid in a header, without repeating it', (key) => {
    expect(() => readKey('aNotifier', 'apiKey', key)).toThrow(/^aNotifier cannot start:\n {2}- apiKey: must be one word of ASCII characters, as the provider shows it$/);
  });
});
