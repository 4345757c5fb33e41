import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { applyTheme, readTheme } from '../theme.js';
import { Icon } from './icon.js';

const SYSTEM = matchMedia('(prefers-color-scheme: dark)');

/** Light or dark. Follows the system until the user chooses. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(readTheme());
  const [isSystemDark, setSystemDark] = useState(SYSTEM.matches);
  useEffect(() => {
    const update = (): void => setSystemDark(SYSTEM.matches);
    SYSTEM.addEventListener('change', update);
    return () => SYSTEM.removeEventListener('change', update);
  }, []);
  const isDark = theme === 'dark' || (theme === 'system' && isSystemDark);
  const toggle = (): void => {
    const next = isDark ? 'light' : 'dark';
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" class="icon-button" aria-label={isDark ? 'Light colours' : 'Dark colours'} title={isDark ? 'Light colours' : 'Dark colours'} onClick={toggle}>
      <Icon name={isDark ? 'sun' : 'moon'} />
    </button>
  );
}
