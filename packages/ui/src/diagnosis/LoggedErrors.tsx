import type { Diagnosis } from '@alongside/contracts';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { KnownErrorNote } from '../known-errors/KnownErrorNotes.tsx';
import { useErrorMarks } from '../known-errors/known-errors.ts';
import styles from './LoggedErrors.module.css';
import { momentWords } from './moments.ts';

export type LoggedErrorsProps = Pick<Diagnosis, 'knownErrors' | 'clock' | 'fromMs'>;

/** The known errors that the logs of a diagnosis speak of; those not meant for the reader are left out. */
export function LoggedErrors({ knownErrors, clock, fromMs }: LoggedErrorsProps) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const title = useId();
  const marks = useErrorMarks();
  const found = useMemo(() => {
    const byId = new Map([...(marks?.values() ?? [])].flat().map((mark) => [mark.id, mark]));
    return knownErrors.flatMap(({ id, ...met }) => (byId.has(id) ? [{ mark: byId.get(id)!, ...met }] : []));
  }, [marks, knownErrors]);
  if (found.length === 0) return null;
  return (
    <section className={styles.logged} aria-labelledby={title}>
      <h3 id={title} className={styles.title}>
        {t('knownError.inLog')}
      </h3>
      <ul className={styles.notes}>
        {found.map(({ mark, count, firstAtMs }) => (
          <KnownErrorNote
            key={mark.id}
            mark={mark}
            where={
              firstAtMs === null
                ? t('knownError.lines', { count })
                : t('knownError.linesFrom', { count, time: momentWords(firstAtMs, fromMs, clock, locale) })
            }
          />
        ))}
      </ul>
    </section>
  );
}
