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

/** Applies the theme and remembers it. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage, the choice is lost with the page.
  }
}
