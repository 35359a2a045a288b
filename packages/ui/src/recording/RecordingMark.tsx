import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { Popover } from '../base/Popover.tsx';
import { usePersonName } from '../people/person-name.ts';
import { timeOfDay } from '../ticket/time-words.ts';
import styles from './RecordingMark.module.css';
import { useRecordingText } from './recording-text.ts';
import type { RecordingModel } from './use-recording.ts';

/** Tells everybody that they are recorded, by whom, and how to end it. */
export function RecordingMark({ recording, isStaff }: { recording: RecordingModel; isStaff: boolean }) {
  const t = useRecordingText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const { active } = recording;
  if (active?.state !== 'recording') return null;
  const stops = isStaff || recording.isMine;
  return (
    <Popover
      title={t('mark.label')}
      align="end"
      trigger={
        <button type="button" className={styles.mark} aria-label={t('mark.label')}>
          <span className={styles.dot} aria-hidden />
          {t('mark.short')}
        </button>
      }
    >
      <div className={styles.words}>
        <p>
          {t('mark.startedBy', {
            name: nameOf(active.askedBy.name),
            time: timeOfDay(Date.parse(active.startedAt!), locale),
          })}
        </p>
        <p>{t('mark.agreed', { names: active.agreed.map(({ name }) => nameOf(name)).join(t('separator')) })}</p>
        <Button size="sm" busy={recording.busy} onClick={recording.end}>
          {t(stops ? 'mark.stop' : 'mark.withdraw')}
        </Button>
        {stops ? null : <p className={styles.hint}>{t('mark.withdrawHint')}</p>}
      </div>
    </Popover>
  );
}
