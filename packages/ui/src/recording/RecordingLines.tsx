import type { Call, CallRecording } from '@alongside/contracts';
import { CircleDot, Play } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../base/Button.tsx';
import { usePersonName } from '../people/person-name.ts';
import { clockFace } from '../ticket/time-words.ts';
import styles from './RecordingLines.module.css';
import { useRecordingText } from './recording-text.ts';

// A conversation never pays for the player.
const RecordingDialog = lazy(() => import('./RecordingDialog.tsx'));

/** What became of the recordings of a call, in its entry: who asked, who agreed, how it ended, and the way to watch it. */
export function RecordingLines({ call }: { call: Pick<Call, 'recordings'> }) {
  const { recordings = [] } = call;
  if (recordings.length === 0) return null;
  return (
    <ul className={styles.lines}>
      {recordings.map((recording) => (
        <Line key={recording.id} recording={recording} />
      ))}
    </ul>
  );
}

function Line({ recording }: { recording: CallRecording }) {
  const t = useRecordingText();
  const [isOpen, setIsOpen] = useState(false);
  const facts = useFacts(recording);
  const canWatch = recording.durationMs !== null && recording.deleted === null;
  return (
    <li className={styles.line}>
      <CircleDot size={16} className={recording.state === 'recording' ? styles.on : styles.icon} aria-hidden />
      <span className={styles.words}>
        <span className={styles.title}>
          {facts.title}
          {canWatch ? <span className={styles.duration}>{clockFace(recording.durationMs!)}</span> : null}
        </span>
        {facts.more.length > 0 ? <span className={styles.more}>{facts.more.join(' · ')}</span> : null}
      </span>
      {canWatch ? (
        <Button size="sm" icon={<Play size={14} aria-hidden />} onClick={() => setIsOpen(true)}>
          {t('entry.watch')}
        </Button>
      ) : null}
      {isOpen ? (
        <Suspense fallback={null}>
          <RecordingDialog recordingId={recording.id} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </li>
  );
}

/** A recording in words: what it is, and who had a part in it. */
function useFacts({ state, askedBy, agreed, startedAt, endedBy, because, durationMs, deleted }: CallRecording) {
  const t = useRecordingText();
  const nameOf = usePersonName();
  const name = nameOf(askedBy.name);
  const startedBy = t('entry.startedBy', { name });
  const agreedBy = t('entry.agreed', { names: agreed.map((who) => nameOf(who.name)).join(t('separator')) });
  const endedName = nameOf(endedBy?.name ?? '');
  if (deleted) {
    const who =
      deleted.by.kind === 'system' ? t('entry.expired') : t('entry.deleted', { name: nameOf(deleted.by.name) });
    return { title: who, more: [startedBy, agreedBy] };
  }
  if (state === 'asking') return { title: t('entry.asking', { name }), more: [] };
  if (state === 'recording') return { title: t('entry.recording', { name }), more: [agreedBy] };
  if (startedAt === null) {
    return because === 'declined'
      ? { title: t('entry.declined', { name: endedName }), more: [] }
      : { title: t('entry.notStarted'), more: [] };
  }
  const why =
    because === 'withdrawn' || because === 'disk_full' || because === 'interrupted' || because === 'failed'
      ? [t(`entry.${because}`, { name: endedName })]
      : [];
  if (durationMs === null) return { title: t(because === 'failed' ? 'entry.nothing' : 'entry.preparing'), more: [] };
  return { title: t('entry.title'), more: [startedBy, agreedBy, ...why] };
}
