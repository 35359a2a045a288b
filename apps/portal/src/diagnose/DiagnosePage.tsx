import { LOCALES, type Workspace } from '@alongside/contracts';
import {
  Button,
  EmptyState,
  LogoMark,
  ProgressBar,
  SegmentedControl,
  useFileDiagnosis,
  useLocale,
} from '@alongside/ui';
import { FileSearch, ShieldCheck } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DiagnosedDocument } from './DiagnosedDocument.tsx';
import styles from './DiagnosePage.module.css';

const LANGUAGE_NAMES = { en: 'English', 'zh-CN': '简体中文' } as const;
const UNREADABLE = ['unknown_format', 'empty', 'too_large', 'damaged_archive'];

/** Says what is wrong with a call by what was saved of it. Without an account; what is read stays in the browser. */
export function DiagnosePage({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('diagnose');
  const { locale, setLocale } = useLocale();
  const { state, read, reset } = useFileDiagnosis();
  const [isOver, setIsOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);

  function drop(event: DragEvent): void {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file) read(file);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping anywhere is a convenience; the button does the same
    <div
      className={styles.page}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        if (event.currentTarget === event.target) setIsOver(false);
      }}
      onDrop={drop}
    >
      <header className={styles.top}>
        <a className={styles.brand} href="/portal/">
          <LogoMark size={26} />
          {workspace.name}
        </a>
        <SegmentedControl
          size="sm"
          label={t('language')}
          value={locale}
          onChange={setLocale}
          options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
      </header>
      <main className={styles.main}>
        <h1 className={styles.title}>{t('title')}</h1>
        <p className={styles.lead}>{t('lead')}</p>
        <input
          ref={picker}
          className={styles.picker}
          type="file"
          aria-label={t('choose')}
          tabIndex={-1}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) read(file);
            event.target.value = '';
          }}
        />
        {content()}
      </main>
    </div>
  );

  function content() {
    switch (state.at) {
      case 'asking':
        return (
          <section className={styles.drop} aria-label={t('choose')}>
            <FileSearch size={40} strokeWidth={1.25} aria-hidden className={styles.picture} />
            <p className={styles.ask}>{t('drop')}</p>
            <Button variant="primary" size="lg" onClick={() => picker.current?.click()}>
              {t('choose')}
            </Button>
            <p className={styles.kinds}>{t('kinds')}</p>
            <p className={styles.stays}>
              <ShieldCheck size={16} aria-hidden />
              {t('stays')}
            </p>
            <details className={styles.how}>
              <summary>{t('how.title')}</summary>
              <ol>
                <li>{t('how.open')}</li>
                <li>{t('how.call')}</li>
                <li>{t('how.save')}</li>
              </ol>
            </details>
          </section>
        );
      case 'reading':
        return (
          <section className={styles.reading} aria-live="polite">
            <p>{t('reading', { name: state.name })}</p>
            <ProgressBar label={t('reading', { name: state.name })} value={state.share} />
            <Button onClick={reset}>{t('cancel')}</Button>
          </section>
        );
      case 'failed':
        return (
          <EmptyState
            picture="search"
            title={t('failed.title')}
            action={
              <Button variant="primary" onClick={reset}>
                {t('another')}
              </Button>
            }
          >
            {t(`failed.${UNREADABLE.includes(state.code) ? state.code : 'unknown'}`, { place: state.place })}
          </EmptyState>
        );
      case 'read':
        return (
          <>
            {state.documents.map((document) => (
              <DiagnosedDocument key={document.name} document={document} />
            ))}
            <Button className={styles.again} onClick={reset}>
              {t('another')}
            </Button>
          </>
        );
    }
  }
}
