import { CircleDot, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { usePersonName } from '../people/person-name.ts';
import styles from './RecordingNotice.module.css';
import { consentHint, useRecordingText } from './recording-text.ts';
import type { RecordingModel } from './use-recording.ts';

/** Puts the question to whoever has not answered, tells the others what is waited for, and how a recording ended. */
export function RecordingNotice({ recording }: { recording: RecordingModel }) {
  const t = useRecordingText();
  const nameOf = usePersonName();
  const { active, last } = recording;
  // What ended before one came is no news.
  const [seen, setSeen] = useState(last?.state === 'ended' ? last.id : null);
  if (active?.state === 'asking') {
    return recording.isAsked ? (
      <div
        className={styles.question}
        role="alertdialog"
        aria-label={t('ask.title', { name: nameOf(active.askedBy.name) })}
      >
        <CircleDot size={20} className={styles.icon} aria-hidden />
        <div className={styles.words}>
          <p className={styles.title}>{t('ask.title', { name: nameOf(active.askedBy.name) })}</p>
          <p className={styles.hint}>{t(consentHint(recording.isTeam))}</p>
          <div className={styles.actions}>
            <Button size="sm" disabled={recording.busy} onClick={recording.end}>
              {t('ask.decline')}
            </Button>
            <Button size="sm" variant="primary" busy={recording.busy} onClick={recording.agree}>
              {t('ask.agree')}
            </Button>
          </div>
        </div>
      </div>
    ) : (
      <div className={styles.line}>
        <CircleDot size={18} className={styles.icon} aria-hidden />
        <span>{waitingWords()}</span>
        <Button size="sm" busy={recording.busy} onClick={recording.end}>
          {t(recording.isMine ? 'ask.cancel' : 'mark.withdraw')}
        </Button>
      </div>
    );
  }
  if (last?.state !== 'ended' || last.id === seen || last.because === null || last.because === 'call_ended')
    return null;
  const key = last.startedAt === null && last.because === 'stopped' ? 'notStarted' : last.because;
  return (
    <div className={styles.line}>
      <CircleDot size={18} aria-hidden />
      <span>{t(`over.${key}`, { name: nameOf(last.endedBy?.name ?? '') })}</span>
      <IconButton
        size="sm"
        label={t('over.dismiss')}
        icon={<X size={16} aria-hidden />}
        onClick={() => setSeen(last.id)}
      />
    </div>
  );

  function waitingWords(): string {
    const names = recording.waitingFor.map(nameOf);
    if (names.length === 0) return t('ask.starting');
    return t(names.length === 1 ? 'ask.waitingFor' : 'ask.waitingForMany', { names: names.join(t('separator')) });
  }
}
