import { composeRecording, deleteRecording, getRecording, type RecordingView } from '@alongside/contracts';
import { Clapperboard, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { AlertDialog, Dialog } from '../base/Dialog.tsx';
import { DownloadLink } from '../base/DownloadLink.tsx';
import { ErrorState } from '../base/EmptyState.tsx';
import { ProgressBar } from '../base/ProgressBar.tsx';
import { Spinner } from '../base/Spinner.tsx';
import { useToast } from '../base/Toast.tsx';
import { formatBytes } from '../files/file-words.ts';
import styles from './RecordingDialog.module.css';
import { RecordingPlayer } from './RecordingPlayer.tsx';
import { useRecordingText } from './recording-text.ts';

const LOOK_AGAIN_MS = 1_000;

/** A recording to be watched, saved as one file, or deleted. */
export default function RecordingDialog({ recordingId, onClose }: { recordingId: string; onClose: () => void }) {
  const t = useRecordingText();
  const { api } = useClient();
  const { locale } = useLocale();
  const [recording, setRecording] = useState<RecordingView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const look = useCallback(async () => {
    try {
      const reply = await api.call(getRecording, { params: { id: recordingId } });
      // The addresses of the tracks change now and then: what plays must not begin anew for it.
      setRecording((known) => (known ? { ...reply.recording, tracks: known.tracks } : reply.recording));
      setProblem(null);
    } catch (error) {
      setProblem((error as Error).message);
    }
  }, [api, recordingId]);
  useEffect(() => void look(), [look]);
  const isBeingMade = recording?.composed.state === 'running';
  useEffect(() => {
    if (!isBeingMade) return;
    const timer = setInterval(() => void look(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isBeingMade, look]);

  return (
    <Dialog
      open
      size="lg"
      onClose={onClose}
      title={t('player.title')}
      actions={recording ? <Actions recording={recording} onRecording={setRecording} onDeleted={onClose} /> : undefined}
    >
      {recording ? (
        <>
          <RecordingPlayer recording={recording} base={api.baseUrl} />
          <p className={styles.facts}>
            {t('player.parts', { count: recording.tracks.length, size: formatBytes(recording.sizeBytes, locale) })}
            {' · '}
            {recording.expiresAt === null
              ? t('player.kept')
              : t('player.keptUntil', {
                  date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(
                    Date.parse(recording.expiresAt),
                  ),
                })}
          </p>
        </>
      ) : problem ? (
        <ErrorState compact message={t('player.gone')} onRetry={() => void look()} />
      ) : (
        <div className={styles.loading}>
          <Spinner size={28} label={t('player.loading')} />
        </div>
      )}
    </Dialog>
  );
}

type ActionsProps = {
  recording: RecordingView;
  onRecording: (recording: RecordingView) => void;
  onDeleted: () => void;
};

function Actions({ recording, onRecording, onDeleted }: ActionsProps) {
  const t = useRecordingText();
  const { api } = useClient();
  const { locale } = useLocale();
  const toast = useToast();
  const [isAsking, setIsAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const { composed } = recording;
  const params = { id: recording.id };

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.show({ tone: 'error', message: (error as Error).message });
    } finally {
      setBusy(false);
    }
  }
  const compose = () =>
    run(async () => {
      const reply = await api.call(composeRecording, { params, body: {} });
      onRecording({ ...reply.recording, tracks: recording.tracks });
    });
  const remove = () =>
    run(async () => {
      await api.call(deleteRecording, { params });
      setIsAsking(false);
      onDeleted();
    });

  return (
    <div className={styles.actions}>
      {recording.may.delete ? (
        <Button variant="quiet" icon={<Trash2 size={16} aria-hidden />} onClick={() => setIsAsking(true)}>
          {t('delete.button')}
        </Button>
      ) : null}
      <span className={styles.space} />
      {composed.state === 'failed' || composed.state === 'no_ffmpeg' ? (
        <p className={styles.note} role="status">
          {t(`download.${composed.state}`)}
        </p>
      ) : null}
      {composed.state === 'running' ? (
        <span className={styles.progress}>
          <span role="status">{t('download.making', { percent: Math.round(composed.progress * 100) })}</span>
          <ProgressBar value={composed.progress} label={t('download.make')} />
        </span>
      ) : composed.downloadUrl ? (
        <DownloadLink href={api.baseUrl + composed.downloadUrl}>
          {t('download.ready', { size: formatBytes(composed.sizeBytes ?? 0, locale) })}
        </DownloadLink>
      ) : (
        <Button icon={<Clapperboard size={16} aria-hidden />} busy={busy} onClick={() => void compose()}>
          {t(composed.state === 'none' ? 'download.make' : 'download.again')}
        </Button>
      )}
      <AlertDialog
        open={isAsking}
        title={t('delete.title')}
        description={t('delete.hint')}
        confirmLabel={t('delete.confirm')}
        busy={busy}
        onConfirm={() => void remove()}
        onCancel={() => setIsAsking(false)}
      />
    </div>
  );
}
