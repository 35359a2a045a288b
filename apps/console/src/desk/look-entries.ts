import type { Locale, Theme } from '@alongside/contracts';
import { type MenuEntry, useLocale, useTheme } from '@alongside/ui';
import { useTranslation } from 'react-i18next';

/**
 * Language and appearance as entries of a menu. They take effect on this page at once.
 * @param onChosen what else is done with the choice
 */
export function useLookEntries(
  onChosen: (choice: { locale: Locale } | { theme: Theme }) => void = () => {},
): MenuEntry[] {
  const { t } = useTranslation('console');
  const { locale, setLocale } = useLocale();
  const { theme, setTheme } = useTheme();
  return [
    {
      kind: 'choice',
      id: 'language',
      label: t('own.language'),
      value: locale,
      options: [
        { value: 'en', label: 'English' },
        { value: 'zh-CN', label: '简体中文' },
      ],
      onChange: (value) => {
        const next = value === 'zh-CN' ? 'zh-CN' : 'en';
        setLocale(next);
        onChosen({ locale: next });
      },
    },
    {
      kind: 'choice',
      id: 'theme',
      label: t('own.theme'),
      value: theme,
      options: (['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`own.themes.${value}`) })),
      onChange: (value) => {
        const next = value === 'light' || value === 'dark' ? value : 'system';
        setTheme(next);
        onChosen({ theme: next });
      },
    },
  ];
}
