import { languageName, Select, useLocale } from '@alongside/ui';
import { X } from 'lucide-react';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './LanguagesField.module.css';

/** What support teams speak most; a profile may hold any other through the API. */
const OFFERED =
  'en zh yue ja ko vi th id ms fil hi bn ta te ur ar fa he tr ru uk pl cs de nl fr es pt it ro hu el sv da nb fi sw am'.split(
    ' ',
  );

/** The languages somebody speaks with customers: added from a list, taken away one by one. */
export function LanguagesField({
  languages,
  error,
  onChange,
}: {
  languages: readonly string[];
  error: string | null;
  onChange: (languages: string[]) => void;
}) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const labelId = useId();
  const spoken = new Set(languages.map(primary));
  const offered = useMemo(() => {
    const collator = new Intl.Collator(locale);
    return OFFERED.map((tag) => ({ value: tag, label: languageName(tag, locale) })).sort((a, b) =>
      collator.compare(a.label, b.label),
    );
  }, [locale]);
  return (
    <div className={styles.field}>
      <span id={labelId} className={styles.label}>
        {t('profile.languages')}
      </span>
      <div className={styles.row}>
        <ul className={styles.chips} aria-labelledby={labelId}>
          {languages.map((tag) => (
            <li key={tag} className={styles.chip}>
              {languageName(tag, locale)}
              <button
                type="button"
                className={styles.remove}
                aria-label={t('profile.removeLanguage', { language: languageName(tag, locale) })}
                onClick={() => onChange(languages.filter((other) => other !== tag))}
              >
                <X size={13} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
        <Select
          hideLabel
          label={t('profile.addLanguage')}
          placeholder={t('profile.addLanguage')}
          className={styles.add}
          value={null}
          options={offered.filter(({ value }) => !spoken.has(value))}
          onChange={(tag) => onChange([...languages, tag])}
        />
      </div>
      {error ? (
        <p className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function primary(tag: string): string {
  return tag.split('-')[0]!;
}
