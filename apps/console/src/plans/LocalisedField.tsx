import type { LocalisedText } from '@alongside/contracts';
import { LANGUAGE_NAMES, TextField } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './LocalisedField.module.css';

/** One text in both languages, side by side. */
export function LocalisedField({
  label,
  value,
  onChange,
  errorOf,
  disabled = false,
}: {
  label: string;
  value: LocalisedText;
  onChange: (value: LocalisedText) => void;
  /** The words for what is wrong with one language's text. */
  errorOf: (locale: keyof LocalisedText) => string | null;
  disabled?: boolean;
}) {
  const { t } = useTranslation('plans');
  return (
    <div className={styles.pair}>
      {(['en', 'zh-CN'] as const).map((locale) => (
        <TextField
          key={locale}
          label={t('inLanguage', { label, language: LANGUAGE_NAMES[locale] })}
          lang={locale}
          disabled={disabled}
          value={value[locale]}
          error={errorOf(locale)}
          onChange={(event) => onChange({ ...value, [locale]: event.target.value })}
        />
      ))}
    </div>
  );
}
