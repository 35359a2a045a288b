import type { KnownErrorMark } from '@alongside/contracts';
import { recogniseErrors } from '@alongside/diagnosis';
import { BookOpenText, ChevronDown, Lock } from 'lucide-react';
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
        <KnownErrorNote key={mark.id} mark={mark} />
      ))}
    </ul>
  );
}

/**
 * A known error in a line that opens to what is known of it; an item of a list.
 * @param where it was met, in words
 */
export function KnownErrorNote({ mark, where }: { mark: KnownErrorMark; where?: string }) {
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
          {where ? <span className={styles.where}>{where}</span> : null}
        </span>
        <ChevronDown size={15} aria-hidden className={styles.chevron} />
      </button>
      <div id={detailsId} hidden={!open}>
        {open ? <Details id={mark.id} label={t('knownError.about', { code: mark.code })} /> : null}
      </div>
    </li>
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
      {entry.audience === 'team' ? (
        <p className={styles.team}>
          <Lock size={14} aria-hidden />
          {t('knownError.team')}
        </p>
      ) : null}
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
