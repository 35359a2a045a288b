import type { Workspace } from '@alongside/contracts';
import {
  Button,
  cx,
  EmptyState,
  MaskedSecrets,
  ProgressBar,
  useFileDiagnosis,
  useKeptDiagnosis,
  useLeaveWarning,
} from '@alongside/ui';
import { Download, FileSearch, HardDrive, ShieldCheck } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import open from '../OpenPage.module.css';
import { OpenPageTop } from '../OpenPage.tsx';
import { DiagnosedDocument } from './DiagnosedDocument.tsx';
import styles from './DiagnosePage.module.css';
import { EarlierDiagnosis } from './EarlierDiagnosis.tsx';

const UNREADABLE = ['unknown_format', 'server_dump', 'empty', 'too_large', 'damaged_archive'];

/** Says what is wrong with a call by what was saved of it. Without an account; what is read stays in the browser. */
export function DiagnosePage({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('diagnose');
  const { state, read, show, reset } = useFileDiagnosis();
  const { kept, keepThis, forget } = useKeptDiagnosis('diagnose');
  const [isOver, setIsOver] = useState(false);
  const [given, setGiven] = useState<{ files: File[]; addresses: boolean }>({ files: [], addresses: false });
  const picker = useRef<HTMLInputElement>(null);
  // What is shown again was kept before, and its originals are gone.
  const isEarlier = given.files.length === 0;
  useEffect(() => {
    if (state.at !== 'read' || !state.masked || isEarlier) return;
    const { name, documents, masked, maskedFiles } = state;
    keepThis({ name, documents, masked, maskedFiles });
  }, [state, isEarlier, keepThis]);
  useLeaveWarning(state.at === 'read' && kept === null);

  /** Masked at once, so that what one gives on from here has no secrets in it. */
  function start(files: File[], addresses: boolean): void {
    if (files.length === 0) return;
    setGiven({ files, addresses });
    read(files, { masked: true, addresses });
  }

  function drop(event: DragEvent): void {
    event.preventDefault();
    setIsOver(false);
    start([...event.dataTransfer.files], false);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping anywhere is a convenience; the button does the same
    <div
      className={cx(open.page, styles.page)}
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
      <OpenPageTop workspace={workspace} />
      <main className={styles.main}>
        <h1 className={styles.title}>{t('title')}</h1>
        <p className={styles.lead}>{t('lead')}</p>
        <input
          ref={picker}
          className={styles.picker}
          type="file"
          multiple
          aria-label={t('choose')}
          tabIndex={-1}
          onChange={(event) => {
            start([...(event.target.files ?? [])], false);
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
          <>
            {kept ? (
              <EarlierDiagnosis
                kept={kept}
                onShow={() => {
                  setGiven({ files: [], addresses: false });
                  show(kept);
                }}
                onForget={forget}
              />
            ) : null}
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
                <p>{t('how.firefox')}</p>
              </details>
            </section>
          </>
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
            {state.masked ? (
              <MaskedSecrets
                report={state.masked.report}
                masksAddresses={given.addresses}
                onMaskAddresses={isEarlier ? undefined : (addresses) => start(given.files, addresses)}
              >
                <div className={styles.downloads}>
                  {state.maskedFiles.map((file) => (
                    <Button
                      key={file.name}
                      size="sm"
                      icon={<Download size={15} aria-hidden />}
                      onClick={() => save(file)}
                    >
                      {t('download', { name: maskedName(file.name) })}
                    </Button>
                  ))}
                </div>
              </MaskedSecrets>
            ) : null}
            <div className={styles.again}>
              <Button onClick={reset}>{t('another')}</Button>
              {kept ? (
                <Button
                  variant="quiet"
                  onClick={() => {
                    forget();
                    reset();
                  }}
                >
                  {t('earlier.forget')}
                </Button>
              ) : null}
            </div>
            {kept ? (
              <p className={styles.keptHere}>
                <HardDrive size={16} aria-hidden />
                {t('earlier.kept')}
              </p>
            ) : null}
          </>
        );
    }
  }
}

/** `call.json.gz` → `call.masked.json.gz`: two files of one name would be taken for one. */
const maskedName = (name: string) => name.replace(/(?=(?:\.[a-z0-9]{1,8}){0,2}$)/i, '.masked');

/** Hands a file of this page to whoever sits before it. */
function save(file: File): void {
  const href = URL.createObjectURL(file);
  const link = Object.assign(document.createElement('a'), { href, download: maskedName(file.name) });
  link.click();
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(href), 0);
}
