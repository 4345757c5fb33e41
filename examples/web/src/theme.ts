export type Theme = 'system' | 'light' | 'dark';

const KEY = 'sallyport.theme';
const isTheme = (value: unknown): value is Theme => value === 'light' || value === 'dark' || value === 'system';

export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return isTheme(stored) ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Shows the page in these colours, and remembers it. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser without storage forgets it with the page.
  }
}
