import { chooseLocale, type Locale } from '@alongside/contracts';
import i18next, { type i18n } from 'i18next';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nextProvider, initReactI18next } from 'react-i18next';
import uiEnglish from '../locales/en.json' with { type: 'json' };
import uiChinese from '../locales/zh-CN.json' with { type: 'json' };

const STORAGE_KEY = 'alongside.locale';

/** A catalogue: nested texts by key. */
export type Catalogue = { [key: string]: string | Catalogue };
/** An app's catalogues by namespace and language, e.g. `{ console: { en, 'zh-CN': zh } }`. */
export type Catalogues = Record<string, Record<Locale, Catalogue>>;

type LocaleContext = { locale: Locale; setLocale: (locale: Locale) => void };
const Context = createContext<LocaleContext>({ locale: 'en', setLocale: () => {} });

/** The reader's language and how to change it. */
export function useLocale(): LocaleContext {
  return useContext(Context);
}

/** The language this browser last used, else the best for what the browser prefers. */
export function storedLocale(): Locale {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    if (stored === 'en' || stored === 'zh-CN') return stored;
  } catch {
    // Storage is blocked: fall through to the browser's own preference.
  }
  return chooseLocale(navigator.languages);
}

/** An i18next instance with our pieces' texts (namespace `ui`) and the app's. Ready at once: nothing is loaded. */
export function createTranslations(locale: Locale, catalogues: Catalogues = {}): i18n {
  const instance = i18next.createInstance();
  const all: Catalogues = { ui: { en: uiEnglish, 'zh-CN': uiChinese }, ...catalogues };
  const resources: Record<string, Record<string, Catalogue>> = { en: {}, 'zh-CN': {} };
  for (const [namespace, texts] of Object.entries(all)) {
    resources.en![namespace] = texts.en;
    resources['zh-CN']![namespace] = texts['zh-CN'];
  }
  void instance.use(initReactI18next).init({
    lng: locale,
    fallbackLng: 'en',
    resources,
    defaultNS: Object.keys(catalogues)[0] ?? 'ui',
    interpolation: { escapeValue: false },
    initAsync: false,
    returnNull: false,
  });
  return instance;
}

/**
 * Provides the language to everything inside and sets it on the document.
 * @param initial the person's language, else what this browser remembers or prefers
 * @param catalogues the app's texts; `useTranslation('<namespace>')` reads them
 */
export function LocaleProvider({
  initial,
  catalogues,
  children,
}: {
  initial?: Locale;
  catalogues?: Catalogues;
  children: ReactNode;
}) {
  const [locale, setLocale] = useState<Locale>(() => initial ?? storedLocale());
  const [translations] = useState(() => createTranslations(locale, catalogues));
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const value = useMemo(
    () => ({
      locale,
      setLocale(next: Locale) {
        void translations.changeLanguage(next);
        setLocale(next);
        try {
          localStorage.setItem(STORAGE_KEY, next);
        } catch {
          // Storage is blocked: the choice lasts as long as the page.
        }
      },
    }),
    [locale, translations],
  );
  return (
    <Context value={value}>
      <I18nextProvider i18n={translations}>{children}</I18nextProvider>
    </Context>
  );
}
