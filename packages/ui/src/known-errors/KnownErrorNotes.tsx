import type { Diagnosis, KnownErrorMark } from '@alongside/contracts';
import { recogniseErrors } from '@alongside/diagnosis';
import { BookOpenText, ChevronDown } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Skeleton } from '../base/Skeleton.tsx';
import { inEither } from '../people/engineer-card.ts';
import styles from './KnownErrorNotes.module.css';
import { useErrorMarks, useKnownError } from './known-errors.ts';

/** Explains the error codes a text holds, a line each that opens; nothing where it holds none we know. */
export function KnownErrorNotes({ text }: { text: string }) {
  const marks = useErrorMarks();
  const found = useMemo(() => (marks ? recogniseErrors(text, marks) : []), [marks, text]);
  if (found.length === 0) return null;
  return (
    <ul className={styles.notes}>
      {found.map(({ mark }) => (
        <Note key={mark.id} mark={mark} />
      ))}
    </ul>
  );
}

/** @param count how often it was met, where that is known */
function Note({ mark, count }: { mark: KnownErrorMark; count?: number }) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const detailsId = useId();
  const [open, setOpen] = useState(false);
  return (
    <li className={styles.note}>
      <button
        type="button"
        className={styles.line}
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => setOpen(!open)}
      >
        <BookOpenText size={15} aria-hidden />
        <span>
          <code className={styles.code}>{mark.code}</code> {inEither(mark.meaning, locale)}
        </span>
        {count === undefined ? null : <span className={styles.count}>{t('knownError.lines', { count })}</span>}
        <ChevronDown size={15} aria-hidden className={styles.chevron} />
      </button>
      <div id={detailsId} hidden={!open}>
        {open ? <Details id={mark.id} label={t('knownError.about', { code: mark.code })} /> : null}
      </div>
    </li>
  );
}

/** The known errors that the logs of a diagnosis speak of; those not meant for the reader are left out. */
export function LoggedErrors({ errors }: { errors: Diagnosis['knownErrors'] }) {
  const { t } = useTranslation('ui');
  const title = useId();
  const marks = useErrorMarks();
  const found = useMemo(() => {
    const byId = new Map([...(marks?.values() ?? [])].flat().map((mark) => [mark.id, mark]));
    return errors.flatMap(({ id, count }) => (byId.has(id) ? [{ mark: byId.get(id)!, count }] : []));
  }, [marks, errors]);
  if (found.length === 0) return null;
  return (
    <section className={styles.logged} aria-labelledby={title}>
      <h3 id={title} className={styles.title}>
        {t('knownError.inLog')}
      </h3>
      <ul className={styles.notes}>
        {found.map(({ mark, count }) => (
          <Note key={mark.id} mark={mark} count={count} />
        ))}
      </ul>
    </section>
  );
}

function Details({ id, label }: { id: string; label: string }) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const { entry, error } = useKnownError(id);
  if (error) return <p role="alert">{error.message}</p>;
  if (!entry) return <Skeleton lines={2} />;
  const parts = [
    { name: t('knownError.causes'), text: inEither(entry.causes, locale) },
    { name: t('knownError.fix'), text: inEither(entry.fix, locale) },
    { name: t('knownError.component'), text: entry.component },
    { name: t('knownError.versions'), text: entry.affectedVersions },
  ].filter(({ text }) => text !== '');
  return (
    <section aria-label={label}>
      <dl className={styles.details}>
        {parts.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {parts.length === 0 ? <p className={styles.nothing}>{t('knownError.nothing')}</p> : null}
    </section>
  );
}
