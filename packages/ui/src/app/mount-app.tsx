import type { Locale, Theme } from '@alongside/contracts';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import '../tokens.css';
import '../reset.css';
import { ToastProvider } from '../base/Toast.tsx';
import { type Catalogues, LocaleProvider } from './LocaleProvider.tsx';
import { applyTheme, storedTheme, ThemeProvider } from './ThemeProvider.tsx';

export type MountOptions = {
  /** The app's texts by namespace. */
  catalogues: Catalogues;
  locale?: Locale;
  theme?: Theme;
  /** Where to mount; default `#root`. */
  element?: HTMLElement;
};

/**
 * Starts an app under a strict content security policy: no inline script or style element is made, the theme is set
 * before the first paint, and language, theme, tooltips and toasts are provided.
 * @throws Error when there is no element to mount into
 */
export function mountApp(app: ReactNode, options: MountOptions): Root {
  const element = options.element ?? document.getElementById('root');
  if (!element) throw new Error('there is no #root to mount into');
  applyTheme(options.theme ?? storedTheme());
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <ThemeProvider initial={options.theme}>
          <LocaleProvider initial={options.locale} catalogues={options.catalogues}>
            <Tooltip.Provider>
              <ToastProvider>{app}</ToastProvider>
            </Tooltip.Provider>
          </LocaleProvider>
        </ThemeProvider>
      </CSPProvider>
    </StrictMode>,
  );
  return root;
}
