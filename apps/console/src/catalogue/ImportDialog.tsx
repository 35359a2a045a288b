import { importKnownErrors, type KnownErrorContent, listKnownErrors } from '@alongside/contracts';
import { Button, Dialog, useToast } from '@alongside/ui';
import { FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import styles from './CatalogueSettings.module.css';
import { type RowProblem, readKnownErrors } from './read-import.ts';

/** Larger files are no catalogue. */
const MAX_BYTES = 12 * 1_024 * 1_024;
const SHOWN_PROBLEMS = 8;

type Chosen = { name: string; entries: KnownErrorContent[]; problems: RowProblem[] };

/** Brings in a catalogue from a file: what it would do is shown before it is done. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('catalogue');
  const toast = useToast();
  const picker = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const trial = useChange(importKnownErrors);
  const take = useChange(importKnownErrors, [listKnownErrors]);
  const outcome = trial.data;
  const error = take.error ?? trial.error;

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    setChosen(null);
    setRefusal(null);
    trial.reset();
    if (file.size > MAX_BYTES) return setRefusal(t('tooLarge'));
    const found = readKnownErrors(await file.text());
    if (found.state === 'format') return setRefusal(t('noCatalogue', { name: file.name }));
    setChosen({ name: file.name, entries: found.entries, problems: found.problems });
    if (found.entries.length > 0) trial.mutate({ body: { entries: found.entries, trial: true } });
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('importTitle')}
      description={t('importLead')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button
            variant="primary"
            busy={take.isPending}
            disabled={!outcome || outcome.added + outcome.changed === 0}
            onClick={() =>
              take.mutate(
                { body: { entries: chosen?.entries ?? [] } },
                {
                  onSuccess: ({ added, changed }) => {
                    toast.show({ tone: 'success', message: t('imported', { count: added + changed }) });
                    onClose();
                  },
                },
              )
            }
          >
            {outcome ? t('take', { count: outcome.added + outcome.changed }) : t('import')}
          </Button>
        </>
      }
    >
      <section
        aria-label={t('choose')}
        className={styles.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <FileUp size={24} aria-hidden />
        <Button onClick={() => picker.current?.click()}>{t('choose')}</Button>
        <p className={styles.hint}>{t('chooseHint')}</p>
        <input
          ref={picker}
          type="file"
          hidden
          accept=".json,.csv,.tsv,.txt,application/json,text/csv"
          onChange={(event) => {
            void read(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </section>
      <div role="status" className={styles.form}>
        {refusal ? <p role="alert">{refusal}</p> : null}
        {error ? <p role="alert">{error.issues[0]?.message ?? error.message}</p> : null}
        {chosen ? <p>{t('chosen', { name: chosen.name, count: chosen.entries.length })}</p> : null}
        {outcome ? (
          <dl className={styles.outcome}>
            {(['added', 'changed', 'same'] as const).map((kind) => (
              <div key={kind}>
                <dd>{outcome[kind]}</dd>
                <dt>{t(kind)}</dt>
              </div>
            ))}
          </dl>
        ) : null}
        {chosen && chosen.problems.length > 0 ? (
          <>
            <p>{t('problems', { count: chosen.problems.length })}</p>
            <ul className={styles.problems}>
              {chosen.problems.slice(0, SHOWN_PROBLEMS).map(({ row, field }) => (
                <li key={row}>{t('problem', { row, field })}</li>
              ))}
              {chosen.problems.length > SHOWN_PROBLEMS ? (
                <li>{t('moreProblems', { count: chosen.problems.length - SHOWN_PROBLEMS })}</li>
              ) : null}
            </ul>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}
