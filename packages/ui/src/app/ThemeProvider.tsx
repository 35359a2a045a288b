import type { Theme } from '@alongside/contracts';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

const STORAGE_KEY = 'alongside.theme';

type ThemeContext = { theme: Theme; setTheme: (theme: Theme) => void };
const Context = createContext<ThemeContext>({ theme: 'system', setTheme: () => {} });

/** The chosen theme; `system` follows the operating system. */
export function useTheme(): ThemeContext {
  return useContext(Context);
}

/** The theme this browser last used; 'system' before any choice or where storage is blocked. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Sets the root's data-theme; call before the first paint so that nothing flashes. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
}

/**
 * Applies the theme to the document and remembers it in this browser.
 * @param initial overrides what is remembered, e.g. from the person's profile
 */
export function ThemeProvider({ initial, children }: { initial?: Theme; children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(initial ?? storedTheme);
  useEffect(() => applyTheme(theme), [theme]);
  const value = useMemo(
    () => ({
      theme,
      setTheme(next: Theme) {
        setTheme(next);
        try {
          localStorage.setItem(STORAGE_KEY, next);
        } catch {
          // Storage is blocked (third-party frame): the choice lasts as long as the page.
        }
      },
    }),
    [theme],
  );
  return <Context value={value}>{children}</Context>;
}
