import type { Skill } from '@alongside/contracts';
import { demandedSkills, wantedLanguages } from '@alongside/desk';
import { Badge, languageName, TextField, useLocale } from '@alongside/ui';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './TryRouting.module.css';

/** What a sentence of a customer would demand: tried with the words as they stand, before a ticket does it. */
export function TryRouting({ skills }: { skills: readonly Skill[] }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const [said, setSaid] = useState('');
  const text = useDeferredValue(said);
  const demanded = demandedSkills({ topic: null, texts: [text] }, skills);
  const [language] = wantedLanguages(text, []);
  return (
    <div className={styles.try}>
      <TextField
        label={t('try.label')}
        placeholder={t('try.placeholder')}
        value={said}
        onChange={(event) => setSaid(event.target.value)}
      />
      <p className={styles.answer} aria-live="polite">
        {text.trim() === '' ? null : demanded.length === 0 ? (
          t('try.nothing')
        ) : (
          <>
            {t('try.needs')}
            {demanded.map(({ id, name, required }) => (
              <Badge key={id} tone={required ? 'accent' : 'neutral'}>
                {required ? name[locale] : t('try.helps', { skill: name[locale] })}
              </Badge>
            ))}
            {language ? <Badge>{languageName(language, locale)}</Badge> : null}
          </>
        )}
      </p>
    </div>
  );
}
